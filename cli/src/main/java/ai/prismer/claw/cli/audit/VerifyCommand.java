package ai.prismer.claw.cli.audit;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.gate.receipt.Checkpoint;
import ai.prismer.claw.gate.receipt.ConsistencyProof;
import ai.prismer.claw.gate.receipt.Expectation;
import ai.prismer.claw.gate.receipt.Flaw;
import ai.prismer.claw.gate.receipt.InclusionProof;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.receipt.ReceiptVerifier;
import ai.prismer.claw.gate.receipt.Verification;
import ai.prismer.claw.gate.receipt.Verification.Refused;
import ai.prismer.claw.gate.receipt.Verification.Verified;
import ai.prismer.claw.gate.receipt.VerifierKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies an export, or a proof, without a cluster and without trusting anything in it. */
@Command(
    name = "verify",
    description = {
      "Verifies an exported log, offline, and names the first bad receipt; or a proof that 'audit"
          + " prove' has written.",
      "Nothing in the file chooses the key: pin it with --key, from a source you trust."
    },
    footer = {"", "Exit codes: 0 verified, 1 refused, 2 wrong command line or unreadable file."})
final class VerifyCommand implements Callable<Integer> {
  private final GlobalOptions options;
  private final Screen screen;

  @Mixin private final Pinned pinned = new Pinned();

  @Parameters(paramLabel = "FILE", description = "The export, or the proof.")
  private @Nullable Path file;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description = "A checkpoint kept earlier: the log must still contain what it contained then.")
  private @Nullable Path checkpoint;

  @Option(
      names = "--min-size",
      paramLabel = "N",
      description = "The log is known to have at least this many receipts.")
  private long minSize;

  VerifyCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    boolean json = options.isJson();
    if (minSize < 0) {
      throw CommandException.usage("--min-size is a number of receipts, 0 or more");
    }
    List<VerifierKey> keys = pinned.keys();
    Path given = Objects.requireNonNull(file);
    String beginning = beginning(given);
    if (beginning.startsWith(InclusionProof.FORMAT)) {
      return inclusion(SmallFile.read(given), keys, json);
    }
    if (beginning.startsWith(ConsistencyProof.FORMAT + " ")) {
      return consistency(SmallFile.read(given), keys, json);
    }
    return switch (export(given, keys)) {
      case Verified verified -> show(verified, json);
      case Refused refused -> Verdict.refused(refused, screen, json);
    };
  }

  private int inclusion(String text, List<VerifierKey> keys, boolean json) {
    try {
      InclusionProof proof = InclusionProof.parse(text);
      Checkpoint head = proof.verify(keys);
      return proven("receipt " + proof.index() + " is in log", head, json);
    } catch (NotVerifiedException e) {
      return Verdict.refused(refused(e.flaw(), e.reason()), screen, json);
    }
  }

  private int consistency(String text, List<VerifierKey> keys, boolean json) {
    if (checkpoint == null) {
      throw CommandException.usage(
          "a proof that a log still begins with an earlier one is verified against the checkpoint"
              + " of the earlier one that you kept: give --checkpoint");
    }
    try {
      Checkpoint kept = Checkpoint.open(SmallFile.read(checkpoint), keys);
      Checkpoint head = ConsistencyProof.parse(text).verify(kept, keys);
      return proven("the first " + kept.size() + " receipts are unchanged in log", head, json);
    } catch (NotVerifiedException e) {
      return Verdict.refused(refused(e.flaw(), e.reason()), screen, json);
    }
  }

  private int proven(String what, Checkpoint head, boolean json) {
    if (json) {
      screen.result(
          Screen.object()
              .put("result", "verified")
              .put("proof", what)
              .put("origin", head.origin())
              .put("size", head.size())
              .put("root", head.root().hex()));
    } else {
      screen.result("verified: %s %s of %d".formatted(what, head.origin(), head.size()));
    }
    return ExitCode.OK;
  }

  private Verification export(Path export, List<VerifierKey> keys) {
    try {
      return verify(export, new Expectation(keys, kept(export, keys), minSize));
    } catch (NotVerifiedException e) {
      return refused(e.flaw(), "the file of --checkpoint: " + e.reason());
    }
  }

  /** The kept checkpoint, signed by a pinned key, or by one that the log says has replaced it. */
  private Optional<Checkpoint> kept(Path export, List<VerifierKey> keys)
      throws NotVerifiedException {
    if (checkpoint == null) {
      return Optional.empty();
    }
    String note = SmallFile.read(checkpoint);
    try {
      return Optional.of(Checkpoint.open(note, keys));
    } catch (NotVerifiedException e) {
      if (e.flaw() == Flaw.WRONG_KEY
          && verify(export, new Expectation(keys, Optional.empty(), 0))
              instanceof Verified verified) {
        return Optional.of(Checkpoint.open(note, verified.keys()));
      }
      throw e;
    }
  }

  private static Verification verify(Path export, Expectation expectation) {
    try (InputStream in = Files.newInputStream(export)) {
      return ReceiptVerifier.verify(in, expectation);
    } catch (IOException e) {
      throw SmallFile.unreadable(export, e);
    }
  }

  private static String beginning(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(64), java.nio.charset.StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw SmallFile.unreadable(file, e);
    }
  }

  private static Refused refused(Flaw flaw, String reason) {
    return new Refused(OptionalLong.empty(), flaw, reason);
  }

  private int show(Verified verified, boolean json) {
    Checkpoint head = verified.checkpoint();
    if (json) {
      screen.result(
          Screen.object()
              .put("result", "verified")
              .put("origin", head.origin())
              .put("size", head.size())
              .put("root", head.root().hex())
              .put("first", verified.first())
              .put("decisions", verified.decisions())
              .put("outcomes", verified.outcomes())
              .put("requests", verified.requests()));
    } else {
      screen.result(
          "verified: %d receipts of log %s (%d decisions, %d outcomes, %d requests)"
              .formatted(
                  head.size() - verified.first(),
                  head.origin(),
                  verified.decisions(),
                  verified.outcomes(),
                  verified.requests()));
      if (verified.first() > 0) {
        screen.result("pruned: the receipts below " + verified.first() + ", as the log records");
      }
      screen.result("root: " + head.root());
    }
    return ExitCode.OK;
  }
}
