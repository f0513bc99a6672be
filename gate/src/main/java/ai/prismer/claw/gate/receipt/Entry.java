package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Policy;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Parsed;
import ai.prismer.claw.gate.text.ForeignText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a receipt says, apart from its place in the log. */
public sealed interface Entry {
  /** For the object's column: the action, empty where it could not be read. */
  String action();

  /** For the object's column: the decision's name, or {@code Outcome}. */
  String decision();

  /** For the object's column: how an action ended or why an intent was refused; else empty. */
  String result();

  /** Digest of the intent. */
  Digest intentDigest();

  /**
   * The gate has decided.
   *
   * @param parsed what stood in the annotation
   * @param author who wrote it
   * @param rule id of the rule that made it, if one did
   * @param policy what was allowed
   * @param observed the world at that moment
   * @param outcome the decision
   */
  record Decided(
      Parsed parsed,
      Author author,
      @Nullable String rule,
      Policy policy,
      Observed observed,
      Decision outcome)
      implements Entry {
    /** No part but the rule is absent. */
    public Decided {
      Objects.requireNonNull(parsed);
      Objects.requireNonNull(author);
      Objects.requireNonNull(policy);
      Objects.requireNonNull(observed);
      Objects.requireNonNull(outcome);
    }

    @Override
    public String action() {
      return switch (parsed) {
        case Parsed.Valid valid -> valid.intent().action().id();
        case Parsed.Malformed ignored -> "";
      };
    }

    @Override
    public String decision() {
      return outcome.id();
    }

    @Override
    public String result() {
      return outcome instanceof Decision.Reject reject ? reject.code().id() : "";
    }

    @Override
    public Digest intentDigest() {
      return parsed.digest();
    }
  }

  /**
   * An executed action has been verified.
   *
   * @param decisionIndex index of the receipt of its decision
   * @param intentDigest digest of the intent
   * @param executed the action
   * @param ending how it ended
   * @param detail what was seen, for people; cut after 512 characters
   */
  record Ended(
      long decisionIndex, Digest intentDigest, Action executed, Ending ending, String detail)
      implements Entry {
    private static final int MAX_DETAIL = 512;

    /** Makes the detail safe to show and short enough to sign. */
    public Ended {
      Objects.requireNonNull(intentDigest);
      Objects.requireNonNull(executed);
      Objects.requireNonNull(ending);
      detail = ForeignText.line(detail, MAX_DETAIL);
    }

    @Override
    public String action() {
      return executed.id();
    }

    @Override
    public String decision() {
      return "Outcome";
    }

    @Override
    public String result() {
      return ending.id();
    }
  }

  /**
   * A person changed what self-healing may do or has done, by an annotation.
   *
   * @param request what was asked for
   * @param author who asked, as the admission policy checked it
   * @param text the annotation's value, whole
   * @param detail what it led to, for people; cut after 512 characters
   */
  record Requested(Request request, Author author, String text, String detail) implements Entry {
    private static final int MAX_DETAIL = 512;

    /** Makes the detail safe to show and short enough to sign. */
    public Requested {
      Objects.requireNonNull(request);
      Objects.requireNonNull(author);
      Objects.requireNonNull(text);
      detail = ForeignText.line(detail, MAX_DETAIL);
    }

    @Override
    public String action() {
      return request.id();
    }

    @Override
    public String decision() {
      return "Request";
    }

    @Override
    public String result() {
      return "";
    }

    /** Of the annotation's value: there is no intent. */
    @Override
    public Digest intentDigest() {
      return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * So many intents of one Claw were refused within an hour that until its end further ones are
   * only counted, and agents may not ask.
   *
   * @param recorded how many of that hour have a receipt of their own
   * @param until when it ends
   * @param last digest of the intent whose refusal was one too many
   */
  record Silenced(int recorded, Instant until, Digest last) implements Entry {
    /** No part is absent. */
    public Silenced {
      Objects.requireNonNull(until);
      Objects.requireNonNull(last);
    }

    @Override
    public String action() {
      return "";
    }

    @Override
    public String decision() {
      return "Silenced";
    }

    @Override
    public String result() {
      return "";
    }

    @Override
    public Digest intentDigest() {
      return last;
    }

    /** What that means, for people. */
    public String detail() {
      return recorded
          + " refusals of this hour have a receipt each; until "
          + until
          + " further ones are only counted, and agents may not ask";
    }
  }

  /** What a person can ask for besides the five actions. */
  enum Request {
    /** Self-healing goes on after it has stopped. */
    THAW("thaw"),
    /** An adjustment is taken away. */
    UNDO("undo");

    private final String id;

    Request(String id) {
      this.id = id;
    }

    /** The name in receipts. */
    public String id() {
      return id;
    }
  }

  /**
   * The operator changed by itself what self-healing has left, as it had been told to beforehand.
   *
   * @param upkeep what it did
   * @param about what that was about: for the digest that stands in place of an intent's
   * @param detail what it came to, for people; cut after 512 characters
   */
  record Kept(Upkeep upkeep, String about, String detail) implements Entry {
    private static final int MAX_DETAIL = 512;

    /** Makes the detail safe to show and short enough to sign. */
    public Kept {
      Objects.requireNonNull(upkeep);
      Objects.requireNonNull(about);
      detail = ForeignText.line(detail, MAX_DETAIL);
    }

    @Override
    public String action() {
      return upkeep.id();
    }

    @Override
    public String decision() {
      return "Upkeep";
    }

    @Override
    public String result() {
      return "";
    }

    @Override
    public Digest intentDigest() {
      return Digest.of(about.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What the operator does without being asked at that moment. */
  enum Upkeep {
    /** An adjustment is taken away because its time is up. */
    EXPIRE("expire"),
    /** A Claw that was made again gets back what the receipts of its name say. */
    RESTORE("restore");

    private final String id;

    Upkeep(String id) {
      this.id = id;
    }

    /** The name in receipts. */
    public String id() {
      return id;
    }
  }

  /** How an executed action ended. */
  enum Ending {
    /** The intended pods are ready and the signal has not returned. */
    HEALTHY("Healthy"),
    /** The signal is back, nothing is worse than before. */
    INEFFECTIVE("Ineffective"),
    /** It made things worse, or could not be scheduled, and was taken back. */
    UNDONE("Undone");

    private final String id;

    Ending(String id) {
      this.id = id;
    }

    /** The name in receipts and status. */
    public String id() {
      return id;
    }
  }
}
