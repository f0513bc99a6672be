package ai.prismer.claw.cli;

import ai.prismer.claw.cli.output.Screen;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Prints the version of this program. */
@Command(name = "version", description = "Prints the version of this program.")
final class VersionCommand implements Callable<Integer> {
  private final GlobalOptions options;
  private final Screen screen;

  VersionCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    String version = read();
    if (options.isJson()) {
      screen.result(Screen.object().put("version", version));
    } else {
      screen.result("kubectl-claw " + version);
    }
    return ExitCode.OK;
  }

  /** The build wrote it into the jar. */
  private static String read() {
    Properties properties = new Properties();
    try (InputStream in = VersionCommand.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("this program's jar is damaged", e);
    }
    return properties.getProperty("version");
  }
}
