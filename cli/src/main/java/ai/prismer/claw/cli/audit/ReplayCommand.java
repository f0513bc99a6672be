package ai.prismer.claw.cli.audit;

import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.gate.receipt.Expectation;
import ai.prismer.claw.gate.receipt.ReceiptVerifier;
import ai.prismer.claw.gate.receipt.Replay;
import ai.prismer.claw.gate.receipt.Verification;
import ai.prismer.claw.gate.receipt.Verification.Refused;
import ai.prismer.claw.gate.receipt.Verification.Verified;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Verifies an export and makes each of its decisions again. */
@Command(
    name = "replay",
    description = {
      "Verifies an exported log, offline, and decides again whatever was decided in it, with the"
          + " gate of this program and the inputs that each receipt holds.",
      "A receipt whose decision or digest comes out otherwise is named, with what differs; where"
          + " another version of the gate had decided, that is said."
    },
    footer = {
      "",
      "Exit codes: 0 verified and decided the same, 1 refused, decided otherwise or not to be judged by this gate, 2 wrong command"
          + " line or unreadable file."
    })
final class ReplayCommand implements Callable<Integer> {
  /** A list that nobody reads to its end; the number of all is told. */
  private static final int MAX_SHOWN = 20;

  private final GlobalOptions options;
  private final Screen screen;

  @Mixin private final Pinned pinned = new Pinned();

  @Parameters(paramLabel = "FILE", description = "The export.")
  private @Nullable Path file;

  ReplayCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  private record Mismatch(long index, List<String> differences) {}

  /** What was found so far. */
  private static final class Tally {
    final List<Mismatch> shown = new ArrayList<>();
    long next;
    long same;
    long different;
    long otherGate;

    void add(byte[] payload) {
      switch (Replay.of(payload)) {
        case Replay.NoDecision ignored -> {
          // Outcomes and the like follow from no input.
        }
        case Replay.Same ignored -> same++;
        case Replay.Different(List<String> differences) -> {
          different++;
          show(differences);
        }
        case Replay.OtherGate(int recorded, int current, List<String> differences) -> {
          otherGate++;
          List<String> told = new ArrayList<>();
          told.add(
              "decided by gate version %s, this is version %d: replay it with a release of that"
                      .formatted(recorded == 0 ? "none (before 1)" : recorded, current)
                  + " version before you call it a fault");
          told.addAll(differences);
          show(told);
        }
      }
      next++;
    }

    private void show(List<String> told) {
      if (shown.size() < MAX_SHOWN) {
        shown.add(new Mismatch(next, told));
      }
    }

    boolean isAllTheSame() {
      return different + otherGate == 0;
    }

    String result() {
      return isAllTheSame() ? "same" : different > 0 ? "different" : "other-gate";
    }
  }

  @Override
  public Integer call() {
    boolean json = options.isJson();
    Tally tally = new Tally();
    return switch (verify(Objects.requireNonNull(file), tally)) {
      case Refused refused -> Verdict.refused(refused, screen, json);
      case Verified verified -> show(verified, tally, json);
    };
  }

  private Verification verify(Path export, Tally tally) {
    Expectation expectation = new Expectation(pinned.keys(), Optional.empty(), 0);
    try (InputStream in = Files.newInputStream(export)) {
      return ReceiptVerifier.verify(in, expectation, tally::add);
    } catch (IOException e) {
      throw SmallFile.unreadable(export, e);
    }
  }

  private int show(Verified verified, Tally tally, boolean json) {
    String origin = verified.checkpoint().origin();
    if (json) {
      ObjectNode result =
          Screen.object()
              .put("result", tally.result())
              .put("origin", origin)
              .put("decisions", verified.decisions())
              .put("same", tally.same)
              .put("different", tally.different)
              .put("otherGate", tally.otherGate);
      ArrayNode list = result.putArray("mismatches");
      for (Mismatch mismatch : tally.shown) {
        ArrayNode differences =
            list.addObject()
                .put("index", verified.first() + mismatch.index())
                .putArray("differences");
        mismatch.differences().forEach(differences::add);
      }
      screen.result(result);
    } else if (tally.isAllTheSame()) {
      screen.result(
          "replayed: %d decisions of log %s, all decided the same".formatted(tally.same, origin));
    } else {
      for (Mismatch mismatch : tally.shown) {
        for (String difference : mismatch.differences()) {
          screen.note("receipt " + (verified.first() + mismatch.index()) + ": " + difference);
        }
      }
      screen.note(
          "%d of %d decisions of log %s come out otherwise%s"
              .formatted(
                  tally.different,
                  tally.same + tally.different + tally.otherGate,
                  origin,
                  tally.otherGate == 0
                      ? ""
                      : ", and %d by another gate cannot be judged".formatted(tally.otherGate)));
    }
    return tally.isAllTheSame() ? ExitCode.OK : ExitCode.FAILED;
  }
}
