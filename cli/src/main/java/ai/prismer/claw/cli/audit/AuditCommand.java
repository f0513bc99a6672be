package ai.prismer.claw.cli.audit;

import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The verbs around the receipt log. */
@Command(
    name = "audit",
    description =
        "Lists, exports, verifies, replays and looks after the signed log of everything self-healing"
            + " decided.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Pin the key once, over a channel you trust, and keep a checkpoint now and then:",
      "  kubectl claw audit key > claw.vkey",
      "  kubectl claw audit export -o receipts.jsonl",
      "  kubectl claw audit verify receipts.jsonl --key @claw.vkey"
    })
public final class AuditCommand {
  private AuditCommand() {}

  /** The command with its verbs. */
  public static CommandLine line(GlobalOptions options, Screen screen) {
    return new CommandLine(new AuditCommand())
        .addSubcommand(new LogCommand(options, screen))
        .addSubcommand(new ExportCommand(options, screen))
        .addSubcommand(new VerifyCommand(options, screen))
        .addSubcommand(new ReplayCommand(options, screen))
        .addSubcommand(new ProveCommand(options, screen))
        .addSubcommand(new ExplainCommand(options, screen))
        .addSubcommand(new KeyCommand(options, screen))
        .addSubcommand(new RotateCommand(options, screen))
        .addSubcommand(new PruneCommand(options, screen));
  }
}
