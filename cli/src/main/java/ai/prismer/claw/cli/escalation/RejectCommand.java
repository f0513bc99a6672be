package ai.prismer.claw.cli.escalation;

import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Terminal;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Rejects what an escalation proposes. */
@Command(
    name = "reject",
    description = {
      "Shows an escalation, then rejects what it proposes, under your own name, once. At a terminal",
      "you are asked before; a script is not.",
      "It needs the verb approve on clawopsescalations."
    })
public final class RejectCommand implements Callable<Integer> {
  @Mixin private final DecisionOptions decision = new DecisionOptions();

  private final Screen screen;
  private final Deciding deciding;

  /** The verb. */
  public RejectCommand(GlobalOptions options, Screen screen, Terminal terminal, Clock clock) {
    this.screen = screen;
    this.deciding = new Deciding(options, screen, terminal, clock);
  }

  @Override
  public Integer call() {
    return deciding.decide(decision.name(), decision.wish("Reject", screen));
  }
}
