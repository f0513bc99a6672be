package ai.prismer.claw.cli.install;

import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what to delete where there is no Helm. */
@Command(
    name = "uninstall",
    description = {
      "Prints what 'install' printed, without the resource definitions and the namespace, last first:",
      "  kubectl claw uninstall --print | kubectl delete -f -",
      "Agents and receipts stay. With the definitions they would go too; that is for you to say."
    })
public final class UninstallCommand implements Callable<Integer> {
  @Mixin private final PrintOption print = new PrintOption();

  private final GlobalOptions options;
  private final Screen screen;

  /** The verb. */
  public UninstallCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    print.require("kubectl claw uninstall --print | kubectl delete -f -");
    List<String> documents = new ArrayList<>();
    Manifests.in(options.namespace()).reversed().stream()
        .filter(document -> !Manifests.isDefinition(document))
        .forEach(documents::add);
    PrintOption.print(documents, screen);
    return ExitCode.OK;
  }
}
