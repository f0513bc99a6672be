package ai.prismer.claw.cli.install;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints what to delete where there is no Helm. */
@Command(
    name = "uninstall",
    description = {
      "Prints what 'install' printed, without the resource definitions and the namespace, last first:",
      "  kubectl claw uninstall --print | kubectl delete -f -",
      "Agents and receipts stay. With the definitions they would go too; that is for you to say."
    })
public final class UninstallCommand implements Callable<Integer> {
  @Option(names = "--print", description = "Required: this program prints, kubectl carries it out.")
  private boolean print;

  private final GlobalOptions options;
  private final Screen screen;

  /** The verb. */
  public UninstallCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    if (!print) {
      throw CommandException.usage(
          "this program only prints, kubectl carries it out: kubectl claw uninstall --print |"
              + " kubectl delete -f -");
    }
    List<String> documents = new ArrayList<>();
    Manifests.in(options.namespace()).reversed().stream()
        .filter(document -> !Manifests.isDefinition(document))
        .forEach(documents::add);
    for (String document : documents) {
      screen.result("---");
      document.lines().forEach(screen::result);
    }
    return ExitCode.OK;
  }
}
