package ai.prismer.claw.cli;

import ai.prismer.claw.cli.access.CanICommand;
import ai.prismer.claw.cli.audit.AuditCommand;
import ai.prismer.claw.cli.hold.PauseCommand;
import ai.prismer.claw.cli.hold.ResumeCommand;
import ai.prismer.claw.cli.hold.SuspendCommand;
import ai.prismer.claw.cli.hold.WakeCommand;
import ai.prismer.claw.cli.ops.AdoptCommand;
import ai.prismer.claw.cli.ops.OpsCommand;
import ai.prismer.claw.cli.ops.ThawCommand;
import ai.prismer.claw.cli.ops.UndoCommand;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.status.EventsCommand;
import ai.prismer.claw.cli.status.LogsCommand;
import ai.prismer.claw.cli.status.StatusCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/** Entry point of {@code kubectl-claw}. */
@Command(
    name = "kubectl claw",
    description = "Looks after AI agents that run on Kubernetes as Claws.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Exit codes: 0 done, 1 failed or refused, 2 wrong command line."})
public final class Main {
  @Mixin private final GlobalOptions options = new GlobalOptions();

  private final Screen screen;
  private final Clock clock = Clock.systemUTC();

  private Main(Screen screen) {
    this.screen = screen;
  }

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, args));
  }

  /**
   * The program without its process.
   *
   * @param out where results go
   * @param err where advice, progress and errors go
   * @return the exit code, see {@link ExitCode}
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    Screen screen = new Screen(out, err);
    return new Main(screen)
        .line()
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler((e, arguments) -> usage(screen, e))
        .setExecutionExceptionHandler((e, command, parsed) -> failure(screen, e))
        .setExecutionStrategy(parsed -> {
          ClusterOptions.check(parsed);
          return new RunLast().execute(parsed);
        })
        .execute(args);
  }

  /** All verbs, in the order in which help lists them. */
  private CommandLine line() {
    CommandLine line = new CommandLine(this);
    line.getCommandSpec().addOption(help());
    claw(line, new StatusCommand(options, screen, clock), StatusCommand.FORMATS);
    claw(line, new OpsCommand(options, screen, clock), OpsCommand.FORMATS);
    claw(line, new UndoCommand(options, screen), UndoCommand.FORMATS);
    claw(line, new AdoptCommand(options, screen), AdoptCommand.FORMATS);
    claw(line, new ThawCommand(options, screen), ThawCommand.FORMATS);
    claw(line, new PauseCommand(options, screen), PauseCommand.FORMATS);
    claw(line, new ResumeCommand(options, screen), ResumeCommand.FORMATS);
    claw(line, new SuspendCommand(options, screen), SuspendCommand.FORMATS);
    claw(line, new WakeCommand(options, screen), WakeCommand.FORMATS);
    claw(line, new CanICommand(options, screen), CanICommand.FORMATS);
    claw(line, new LogsCommand(options, screen), List.of());
    claw(line, new EventsCommand(options, screen, clock), EventsCommand.FORMATS);
    line.addSubcommand(AuditCommand.line(options, screen))
        .addSubcommand(new VersionCommand(options, screen));
    ClusterOptions.everywhere(line, "status");
    ClusterOptions.hide(line, "version");
    ClusterOptions.hide(line, "audit", "verify");
    // "--key @FILE" is ours: picocli would replace it by the words of the file.
    return line.setExpandAtFiles(false);
  }

  /** Adds a verb about Claws. */
  private static void claw(CommandLine line, Object command, List<Format> formats) {
    line.addSubcommand(command);
    String verb = command.getClass().getAnnotation(Command.class).name();
    ClusterOptions.claw(line, verb);
    ClusterOptions.formats(line, verb, formats);
  }

  /** {@code --help} of every command. */
  private static OptionSpec help() {
    return OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .scopeType(ScopeType.INHERIT)
        .description("Shows this help.")
        .build();
  }

  private static int usage(Screen screen, ParameterException e) {
    screen.note("error: " + e.getMessage());
    CommandLine command = e.getCommandLine();
    if (command.getSubcommands().isEmpty()) {
      screen.note("see: " + command.getCommandSpec().qualifiedName() + " --help");
    } else {
      command.usage(command.getErr());
    }
    return ExitCode.USAGE;
  }

  private static int failure(Screen screen, Exception e) throws Exception {
    if (e instanceof CommandException known) {
      screen.note("error: " + known.getMessage());
      if (known.next() != null) {
        screen.note("next: " + known.next());
      }
      return known.exitCode();
    }
    throw e;
  }
}
