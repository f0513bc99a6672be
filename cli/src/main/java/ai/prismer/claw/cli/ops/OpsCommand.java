package ai.prismer.claw.cli.ops;

import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.resource.ClawSession;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Self-healing of one agent on one screen. */
@Command(
    name = "ops",
    description = {
      "Shows self-healing of an agent: signals, adjustments, budget, breaker, the action in flight,",
      "and its history from the receipts, which are read here and not verified: 'audit verify' does",
      "that. With spec.ops.mode Observe, a scoreboard: what would have been done, and whether the",
      "signal came back without it."
    })
public final class OpsCommand implements Callable<Integer> {
  /** The values of {@code -o}. */
  public static final List<Format> FORMATS = Format.TREES;

  @Parameters(paramLabel = "NAME", description = "The Claw.")
  private String name = "";

  @Option(
      names = "--operator-namespace",
      paramLabel = "NAMESPACE",
      defaultValue = GlobalOptions.DEFAULT_NAMESPACE,
      description = "Where the receipts lie (default: ${DEFAULT-VALUE}).")
  private String operatorNamespace = GlobalOptions.DEFAULT_NAMESPACE;

  private final GlobalOptions options;
  private final Screen screen;
  private final Clock clock;

  /** The verb. */
  public OpsCommand(GlobalOptions options, Screen screen, Clock clock) {
    this.options = options;
    this.screen = screen;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Format format = options.format(FORMATS);
    return ClawSession.on(options, "reading", name, session -> show(session, format));
  }

  private int show(ClawSession session, Format format) {
    Instant now = clock.instant();
    Receipts receipts = Receipts.of(session.client(), operatorNamespace, session.claw());
    OpsReport report = OpsReport.of(session.claw(), receipts.lines(), now);
    if (format == Format.TABLE) {
      new OpsScreen(screen, now).show(report);
    } else {
      screen.result(format, report.tree());
    }
    receipts
        .refusal()
        .ifPresent(refusal -> {
          screen.note("the receipts are not shown, only what the status still knows: " + refusal);
          screen.note(
              "next: the role view in the operator's namespace "
                  + operatorNamespace
                  + " lets you read them");
        });
    return ExitCode.OK;
  }
}
