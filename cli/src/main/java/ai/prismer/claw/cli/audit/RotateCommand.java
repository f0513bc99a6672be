package ai.prismer.claw.cli.audit;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.gate.receipt.VerifierKey;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Has the operator replace its signing key. */
@Command(
    name = "rotate",
    description = {
      "Asks the operator for a new signing key. It records the change in the log, signed by the old"
          + " key and the new one, so that whoever has pinned the old key can follow.",
      "Needs the right to patch the operator's Namespace."
    })
final class RotateCommand implements Callable<Integer> {
  private final GlobalOptions options;
  private final Screen screen;

  RotateCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    boolean json = options.isJson();
    String namespace = options.namespace();
    VerifierKey current =
        options
            .cluster()
            .call(
                "asking for a new signing key in namespace " + namespace,
                client -> {
                  VerifierKey key = newest(new LiveLog(client, namespace));
                  LogRequest.ask(
                      client, namespace, Keys.AUDIT_ROTATE, Keys.AUDIT_ROTATE_BY, key.hash());
                  return key;
                });
    if (json) {
      screen.result(Screen.object().put("result", "asked").put("replaces", current.text()));
    } else {
      screen.result("asked: the key " + current.id() + " is to be replaced");
      screen.note(
          "the operator does it within a minute; 'kubectl claw audit key' shows the new one");
    }
    return ExitCode.OK;
  }

  private static VerifierKey newest(LiveLog log) {
    try {
      return VerifierKey.parse(log.verifierKeys().getLast());
    } catch (IllegalArgumentException e) {
      throw CommandException.failed("the cluster publishes a broken key: " + e.getMessage());
    }
  }
}
