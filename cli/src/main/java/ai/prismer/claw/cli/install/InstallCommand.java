package ai.prismer.claw.cli.install;

import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what to apply where there is no Helm. */
@Command(
    name = "install",
    description = {
      "Prints the manifests of the operator as the Helm chart makes them with its defaults, for a",
      "cluster of Kubernetes 1.30 or newer:",
      "  kubectl claw install --print | kubectl apply --server-side -f -"
    })
public final class InstallCommand implements Callable<Integer> {
  @Mixin private final PrintOption print = new PrintOption();

  private final GlobalOptions options;
  private final Screen screen;

  /** The verb. */
  public InstallCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    print.require("kubectl claw install --print | kubectl apply --server-side -f -");
    List<String> documents = new ArrayList<>();
    documents.add(Manifests.namespace(options.namespace()));
    documents.addAll(Manifests.in(options.namespace()));
    PrintOption.print(documents, screen);
    return ExitCode.OK;
  }
}
