package ai.prismer.claw.cli;

import ai.prismer.claw.cli.access.CanICommand;
import ai.prismer.claw.cli.audit.AuditCommand;
import ai.prismer.claw.cli.chat.ChatCommand;
import ai.prismer.claw.cli.completion.Completion;
import ai.prismer.claw.cli.completion.CompletionCommand;
import ai.prismer.claw.cli.dlq.DlqCommand;
import ai.prismer.claw.cli.escalation.ApproveCommand;
import ai.prismer.claw.cli.escalation.EscalationsCommand;
import ai.prismer.claw.cli.escalation.RejectCommand;
import ai.prismer.claw.cli.hold.PauseCommand;
import ai.prismer.claw.cli.hold.ResumeCommand;
import ai.prismer.claw.cli.hold.SuspendCommand;
import ai.prismer.claw.cli.hold.WakeCommand;
import ai.prismer.claw.cli.install.InstallCommand;
import ai.prismer.claw.cli.install.UninstallCommand;
import ai.prismer.claw.cli.ops.AdoptCommand;
import ai.prismer.claw.cli.ops.OpsCommand;
import ai.prismer.claw.cli.ops.ThawCommand;
import ai.prismer.claw.cli.ops.UndoCommand;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Terminal;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.cli.resource.Kind;
import ai.prismer.claw.cli.resource.Store;
import ai.prismer.claw.cli.status.EventsCommand;
import ai.prismer.claw.cli.status.LogsCommand;
import ai.prismer.claw.cli.status.StatusCommand;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

  private final Terminal terminal;

  private Main(Screen screen, Terminal terminal) {
    this.screen = screen;
    this.terminal = terminal;
  }

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(Terminal.ofProcess(), out, err, args));
  }

  /**
   * The program without its process, and with nobody at a terminal.
   *
   * @param out where results go
   * @param err where advice, progress and errors go
   * @return the exit code, see {@link ExitCode}
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return run(Terminal.NOBODY, out, err, args);
  }

  static int run(Terminal terminal, PrintWriter out, PrintWriter err, String... args) {
    Screen screen = new Screen(out, err);
    Main main = new Main(screen, terminal);
    CommandLine line = main.line();
    if (args.length > 0 && args[0].equals(Completion.VERB)) {
      return main.complete(line, List.of(args).subList(1, args.length));
    }
    return line.setOut(out)
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
    claw(line, new ChatCommand(options, screen, terminal), List.of());
    claw(line, new LogsCommand(options, screen), List.of());
    claw(line, new EventsCommand(options, screen, clock), EventsCommand.FORMATS);
    claw(line, new EscalationsCommand(options, screen, clock), EscalationsCommand.FORMATS);
    claw(line, new ApproveCommand(options, screen, terminal, clock), List.of());
    claw(line, new RejectCommand(options, screen, terminal, clock), List.of());
    CommandLine dlq = DlqCommand.line(options, screen, terminal, clock);
    line.addSubcommand(dlq)
        .addSubcommand(AuditCommand.line(options, screen))
        .addSubcommand(new InstallCommand(options, screen))
        .addSubcommand(new UninstallCommand(options, screen))
        .addSubcommand(new CompletionCommand(screen))
        .addSubcommand(new VersionCommand(options, screen));
    ClusterOptions.claw(line, "dlq");
    ClusterOptions.formats(line, "dlq", DlqCommand.FORMATS);
    for (String verb : DlqCommand.VERBS) {
      ClusterOptions.claw(dlq, verb);
      ClusterOptions.formats(dlq, verb, DlqCommand.FORMATS);
    }
    ClusterOptions.everywhere(line, "status");
    ClusterOptions.everywhere(line, "escalations");
    ClusterOptions.installation(line, "install");
    ClusterOptions.installation(line, "uninstall");
    ClusterOptions.hide(line, "completion");
    ClusterOptions.formats(line, "completion", List.of());
    ClusterOptions.hide(line, "version");
    ClusterOptions.hide(line, "audit", "verify");
    ClusterOptions.hide(line, "audit", "replay");
    ClusterOptions.hide(line, "audit", "prove");
    ClusterOptions.hide(line, "audit", "explain");
    // "--key @FILE" is ours: picocli would replace it by the words of the file.
    return line.setExpandAtFiles(false);
  }

  private int complete(CommandLine line, List<String> words) {
    try {
      // Only for the options: which cluster, which namespace.
      line.parseArgs(words.toArray(String[]::new));
    } catch (ParameterException unfinished) {
      // What somebody has typed so far need not be a command line yet.
    }
    new Completion(line, this::clawNames).print(screen, words);
    return ExitCode.OK;
  }

  /** For a shell that waits: whatever goes wrong, there are none. */
  private List<String> clawNames() {
    try {
      return options
          .cluster()
          .call(
              "listing Claws",
              client ->
                  new Store<>(client, Kind.CLAW, ObjectNode.class)
                      .list(options.clawNamespace(client)).stream().map(Found::name).toList());
    } catch (CommandException unavailable) {
      return List.of();
    }
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
      known.lines().forEach(screen::note);
      return known.exitCode();
    }
    throw e;
  }
}
