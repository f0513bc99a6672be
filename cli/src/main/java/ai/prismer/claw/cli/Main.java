package ai.prismer.claw.cli;

import ai.prismer.claw.cli.audit.AuditCommand;
import ai.prismer.claw.cli.output.Screen;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** Entry point of {@code kubectl-claw}. */
@Command(
    name = "kubectl claw",
    description = "Looks after AI agents that run on Kubernetes as Claws.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Exit codes: 0 done, 1 failed or refused, 2 wrong command line."})
public final class Main {
  @Mixin private final GlobalOptions options = new GlobalOptions();

  private Main() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, args));
  }

  /** The program without its process: returns the exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    Screen screen = new Screen(out, err);
    CommandLine line = new CommandLine(main);
    line.getCommandSpec().addOption(help());
    line.addSubcommand(AuditCommand.line(main.options, screen))
        .addSubcommand(new VersionCommand(main.options, screen));
    ClusterOptions.hide(line, "version");
    ClusterOptions.hide(line, "audit", "verify");
    ClusterOptions.hide(line, "audit", "replay");
    ClusterOptions.hide(line, "audit", "prove");
    return line
        // "--key @FILE" is ours: picocli would replace it by the words of the file.
        .setExpandAtFiles(false)
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler((e, arguments) -> usage(screen, e))
        .setExecutionExceptionHandler((e, command, parsed) -> failure(screen, e))
        .execute(args);
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
      return known.exitCode();
    }
    throw e;
  }
}
