package ai.prismer.claw.cli.install;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.output.Screen;
import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code --print}, which says that nothing but printing happens. */
final class PrintOption {
  @Option(names = "--print", description = "Required: this program prints, kubectl carries it out.")
  private boolean given;

  /**
   * Checks that it was given.
   *
   * @param how the command line that carries it out
   * @throws CommandException if it was not
   */
  void require(String how) {
    if (!given) {
      throw CommandException.usage("this program only prints, kubectl carries it out: " + how);
    }
  }

  /** Prints documents of YAML. */
  static void print(List<String> documents, Screen screen) {
    for (String document : documents) {
      screen.result("---");
      document.lines().forEach(screen::result);
    }
  }
}
