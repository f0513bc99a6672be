package ai.prismer.claw.cli.audit;

import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.gate.receipt.Flaw;
import ai.prismer.claw.gate.receipt.Verification.Refused;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Says that something was refused, the same way by every command that verifies. */
final class Verdict {
  private Verdict() {}

  static int refused(Refused refused, Screen screen, boolean json) {
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
      advice(refused.flaw(), screen);
    }
    return ExitCode.FAILED;
  }

  /** What a person should think of next; only where it is not obvious. */
  private static void advice(Flaw flaw, Screen screen) {
    if (flaw == Flaw.WRONG_KEY) {
      screen.note(
          "either the operator has a new key, or somebody signed the log again: ask who runs the"
              + " cluster, not the file");
    }
  }
}
