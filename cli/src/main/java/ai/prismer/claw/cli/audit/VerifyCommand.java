package ai.prismer.claw.cli.audit;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.gate.receipt.Checkpoint;
import ai.prismer.claw.gate.receipt.Expectation;
import ai.prismer.claw.gate.receipt.Flaw;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.receipt.ReceiptVerifier;
import ai.prismer.claw.gate.receipt.Verification;
import ai.prismer.claw.gate.receipt.Verification.Refused;
import ai.prismer.claw.gate.receipt.Verification.Verified;
import ai.prismer.claw.gate.receipt.VerifierKey;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies an export without a cluster and without trusting anything in it. */
@Command(
    name = "verify",
    description = {
      "Verifies an exported log, offline, and names the first bad receipt.",
      "Nothing in the file chooses the key: pin it with --key, from a source you trust."
    },
    footer = {"", "Exit codes: 0 verified, 1 refused, 2 wrong command line or unreadable file."})
final class VerifyCommand implements Callable<Integer> {
  /** No file of keys or of a checkpoint is larger; a wrong file must not fill the memory. */
  private static final int MAX_SMALL_FILE = 64 * 1024;

  private final GlobalOptions options;
  private final Screen screen;

  @Parameters(paramLabel = "FILE", description = "The export.")
  private @Nullable Path file;

  @Option(
      names = "--key",
      paramLabel = "VKEY|@FILE",
      description =
          "The pinned public key, name+hash+base64, or a file with one a line. May be repeated.")
  private List<String> keys = new ArrayList<>();

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
    List<VerifierKey> pinned = pinned();
    Verification verification;
    try {
      verification = verify(pinned, kept(pinned));
    } catch (NotVerifiedException e) {
      verification =
          new Refused(OptionalLong.empty(), e.flaw(), "the file of --checkpoint: " + e.reason());
    }
    return switch (verification) {
      case Verified verified -> show(verified, json);
      case Refused refused -> show(refused, json);
    };
  }

  private List<VerifierKey> pinned() {
    List<VerifierKey> pinned = new ArrayList<>();
    for (String key : keys) {
      String text = key.startsWith("@") ? read(Path.of(key.substring(1))) : key;
      text.lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(VerifyCommand::key)
          .forEach(pinned::add);
    }
    if (pinned.isEmpty()) {
      throw CommandException.usage(
          "a log is verified against a pinned key: give --key with the key that 'kubectl claw audit"
              + " key' once printed and that you kept, never one that came with the file");
    }
    return pinned;
  }

  private static VerifierKey key(String line) {
    try {
      return VerifierKey.parse(line);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--key: " + e.getMessage());
    }
  }

  private Optional<Checkpoint> kept(List<VerifierKey> pinned) throws NotVerifiedException {
    return checkpoint == null
        ? Optional.empty()
        : Optional.of(Checkpoint.open(read(checkpoint), pinned));
  }

  private Verification verify(List<VerifierKey> pinned, Optional<Checkpoint> kept) {
    Path export = Objects.requireNonNull(file);
    try (InputStream in = Files.newInputStream(export)) {
      return ReceiptVerifier.verify(in, new Expectation(pinned, kept, minSize));
    } catch (IOException e) {
      throw unreadable(export, e);
    }
  }

  private static String read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_SMALL_FILE);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static CommandException unreadable(Path file, IOException e) {
    return CommandException.usage(
        "cannot read " + file + " (" + e.getClass().getSimpleName() + ")");
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
              .put("decisions", verified.decisions())
              .put("outcomes", verified.outcomes())
              .put("requests", verified.requests()));
    } else {
      screen.result(
          "verified: %d receipts of log %s (%d decisions, %d outcomes, %d requests)"
              .formatted(
                  head.size(),
                  head.origin(),
                  verified.decisions(),
                  verified.outcomes(),
                  verified.requests()));
      screen.result("root: " + head.root());
    }
    return ExitCode.OK;
  }

  private int show(Refused refused, boolean json) {
    if (json) {
      ObjectNode result = Screen.object().put("result", "refused");
      refused.index().ifPresent(index -> result.put("index", index));
      screen.result(result.put("flaw", refused.flaw().id()).put("reason", refused.reason()));
    } else {
      screen.note(
          "refused: "
              + (refused.index().isPresent() ? "receipt " + refused.index().getAsLong() + ": " : "")
              + refused.flaw().id()
              + ": "
              + refused.reason());
      advice(refused.flaw());
    }
    return ExitCode.FAILED;
  }

  /** What a person should think of next; only where it is not obvious. */
  private void advice(Flaw flaw) {
    if (flaw == Flaw.WRONG_KEY) {
      screen.note(
          "either the operator has a new key, or somebody signed the log again: ask who runs the"
              + " cluster, not the file");
    }
  }
}
