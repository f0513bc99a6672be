package ai.prismer.claw.gate.decision;

import ai.prismer.claw.gate.decision.Decision.Code;
import ai.prismer.claw.gate.decision.Decision.Reject;
import ai.prismer.claw.gate.decision.Docket.Case;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.text.ForeignText;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether an author may ask for this at all, or in whose name it does. */
final class Authority {
  private Authority() {}

  /** Checks the author; null where it may ask. */
  static @Nullable Reject check(Intent intent, Author author, Observed observed, Policy policy) {
    return switch (author.authorClass()) {
      case OPERATOR -> intent.escalationRef() == null ? null : approved(intent, observed);
      // For a person the reference only says what the intent answers.
      case MANAGER -> null;
      case NONE ->
          new Reject(
              Code.AUTHOR_UNKNOWN,
              "nobody vouches for the author of this intent: set the annotations ops-intent-by (your"
                  + " user name) and ops-intent-class in the same request, with the k8s4claw"
                  + " admission policies bound");
      case LLM ->
          isAgent(author, observed) ? agent(intent, policy) : companion(intent, author, observed);
    };
  }

  private static @Nullable Reject agent(Intent intent, Policy policy) {
    if (policy.agentIntents() == Policy.AgentIntents.DENY) {
      return new Reject(
          Code.AGENT_DENIED,
          "intents of agents are not accepted for this Claw (spec.ops.agentIntents is Deny, or"
              + " confinement of agents is not proven)");
    }
    if (intent.escalationRef() != null) {
      return new Reject(
          Code.ESCALATION_CLAIMED,
          "an agent's own intent answers no escalation; leave escalationRef out");
    }
    return null;
  }

  /** Whether the author is the Claw's own agent. */
  static boolean isAgent(Author author, Observed observed) {
    return author.name().equals(observed.docket().agent());
  }

  private static @Nullable Reject companion(Intent intent, Author author, Observed observed) {
    String ref = intent.escalationRef();
    if (ref == null) {
      return new Reject(
          Code.NOT_THE_AGENT,
          "only "
              + observed.docket().agent()
              + " may ask as the agent of "
              + observed.claw()
              + "; a companion names in escalationRef the escalation it was given");
    }
    Case named = own(ref, observed);
    if (named == null) {
      return unknown(ref, observed);
    }
    if (!named.phase().equals(Case.ANALYZING) || !author.name().equals(named.assignedTo())) {
      return new Reject(
          Code.NOT_ASSIGNED,
          "escalation "
              + ForeignText.quoted(ref)
              + " is "
              + named.phase()
              + " and assigned to "
              + Objects.requireNonNullElse(named.assignedTo(), "nobody")
              + "; a companion answers what is Analyzing and assigned to it");
    }
    return named.isOver(observed.now()) ? late(ref, named) : null;
  }

  /** What the operator asks for in somebody's name must be what that person approved. */
  private static @Nullable Reject approved(Intent intent, Observed observed) {
    String ref = Objects.requireNonNull(intent.escalationRef());
    Case named = own(ref, observed);
    if (named == null) {
      return unknown(ref, observed);
    }
    boolean same = intent.actionDigest(observed.claw().uid()).hex().equals(named.approvedAction());
    if (!named.phase().equals(Case.APPROVED) || named.approvedBy() == null || !same) {
      return new Reject(
          Code.NOT_APPROVED,
          "escalation "
              + ForeignText.quoted(ref)
              + " is "
              + named.phase()
              + (same ? "" : ", and this is not the action it is about")
              + "; only an approved action is carried out, with the digest that was approved");
    }
    return named.isOver(observed.now()) ? late(ref, named) : null;
  }

  /** The escalation that the intent names, if it is one of this very Claw. */
  private static @Nullable Case own(String ref, Observed observed) {
    Case named = observed.docket().named();
    return named != null
            && named.name().equals(ref)
            && named.clawUid().equals(observed.claw().uid())
        ? named
        : null;
  }

  private static Reject unknown(String ref, Observed observed) {
    return new Reject(
        Code.ESCALATION_UNKNOWN,
        "there is no escalation " + ForeignText.quoted(ref) + " of " + observed.claw());
  }

  private static Reject late(String ref, Case named) {
    return new Reject(
        Code.DEADLINE_PASSED,
        "the time for this answer to escalation "
            + ForeignText.quoted(ref)
            + " ended at "
            + named.deadline());
  }
}
