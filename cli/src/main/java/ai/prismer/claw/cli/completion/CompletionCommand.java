package ai.prismer.claw.cli.completion;

import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.output.Screen;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Prints the script that lets kubectl complete this program. */
@Command(
    name = "completion",
    description = {
      "Prints the script by which kubectl completes this program in every shell that kubectl itself",
      "completes in: verbs, options, and names of Claws. Put it on the PATH:",
      "  kubectl claw completion > ~/.local/bin/kubectl_complete-claw",
      "  chmod +x ~/.local/bin/kubectl_complete-claw"
    })
public final class CompletionCommand implements Callable<Integer> {
  private static final List<String> SCRIPT =
      List.of(
          "#!/bin/sh",
          "# kubectl runs this while somebody types \"kubectl claw\".",
          "exec kubectl-claw " + Completion.VERB + " \"$@\"");

  private final Screen screen;

  /** The verb. */
  public CompletionCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() {
    SCRIPT.forEach(screen::result);
    return ExitCode.OK;
  }
}
