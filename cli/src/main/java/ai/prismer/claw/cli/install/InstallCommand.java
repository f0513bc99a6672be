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

/** Prints what to apply where there is no Helm. */
@Command(
    name = "install",
    description = {
      "Prints the manifests of the operator as the Helm chart makes them with its defaults, for a",
      "cluster of Kubernetes 1.30 or newer:",
      "  kubectl claw install --print | kubectl apply --server-side -f -"
    })
public final class InstallCommand implements Callable<Integer> {
  @Option(names = "--print", description = "Required: this program prints, kubectl carries it out.")
  private boolean print;

  private final GlobalOptions options;
  private final Screen screen;

  /** The verb. */
  public InstallCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    if (!print) {
      throw CommandException.usage(
          "this program only prints, kubectl carries it out: kubectl claw install --print |"
              + " kubectl apply --server-side -f -");
    }
    List<String> documents = new ArrayList<>();
    documents.add(Manifests.namespace(options.namespace()));
    documents.addAll(Manifests.in(options.namespace()));
    for (String document : documents) {
      screen.result("---");
      document.lines().forEach(screen::result);
    }
    return ExitCode.OK;
  }
}
