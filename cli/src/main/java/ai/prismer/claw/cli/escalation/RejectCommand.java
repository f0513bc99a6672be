package ai.prismer.claw.cli.escalation;

import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Terminal;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Rejects what an escalation proposes. */
@Command(
    name = "reject",
    description = {
      "Shows an escalation, then rejects what it proposes, under your own name, once. At a terminal",
      "you are asked before; a script is not.",
      "It needs the verb approve on clawopsescalations."
    })
public final class RejectCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ESCALATION", description = "Its name, from 'escalations'.")
  private String name = "";

  @Option(
      names = "--digest",
      paramLabel = "DIGEST",
      description = "Decide only if this is the digest of what is proposed.")
  private @Nullable String digest;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private @Nullable String reason;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask, even at a terminal.")
  private boolean yes;

  @Option(
      names = "--by",
      paramLabel = "ID",
      hidden = true,
      description = "Taken and not used: who decides is who is authenticated.")
  private @Nullable String by;

  private final Screen screen;
  private final Deciding deciding;

  /** The verb. */
  public RejectCommand(GlobalOptions options, Screen screen, Terminal terminal, Clock clock) {
    this.screen = screen;
    this.deciding = new Deciding(options, screen, terminal, clock);
  }

  @Override
  public Integer call() {
    if (by != null) {
      screen.note("warning: --by is not used: the decision is recorded under your own user name");
    }
    return deciding.decide(name, new Deciding.Wish("Reject", digest, reason, yes));
  }
}
