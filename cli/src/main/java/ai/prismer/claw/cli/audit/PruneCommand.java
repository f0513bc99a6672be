package ai.prismer.claw.cli.audit;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.gate.receipt.Checkpoint;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets the operator delete old receipts. */
@Command(
    name = "prune",
    description = {
      "Allows the operator to delete the receipts below an index. It first records in the log that"
          + " you did, with what it takes to verify the rest without them.",
      "Export the log before: what is deleted is gone. Needs the right to patch the operator's"
          + " Namespace."
    })
final class PruneCommand implements Callable<Integer> {
  private final GlobalOptions options;
  private final Screen screen;

  @Option(
      names = "--below",
      required = true,
      paramLabel = "N",
      description = "Index of the first receipt that stays.")
  private long below;

  PruneCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    boolean json = options.isJson();
    if (below < 1) {
      throw CommandException.usage("--below is the index of a receipt, 1 or more");
    }
    String namespace = options.namespace();
    options
        .cluster()
        .call(
            "setting the mark for pruning in namespace " + namespace,
            client -> {
              long size = size(new LiveLog(client, namespace));
              if (below > size) {
                throw CommandException.failed(
                    "the checkpoint covers " + size + " receipts; --below is at most that");
              }
              return LogRequest.ask(
                  client,
                  namespace,
                  Keys.AUDIT_PRUNE_BELOW,
                  Keys.AUDIT_PRUNE_BY,
                  Long.toString(below));
            });
    if (json) {
      screen.result(Screen.object().put("result", "asked").put("below", below));
    } else {
      screen.result("asked: the receipts below " + below + " may be deleted");
      screen.note("the operator records it in the log first, then deletes them");
    }
    return ExitCode.OK;
  }

  private static long size(LiveLog log) {
    try {
      return Checkpoint.parse(log.checkpoint()).size();
    } catch (NotVerifiedException e) {
      throw CommandException.failed("the checkpoint of the cluster is unreadable: " + e.reason());
    }
  }
}
