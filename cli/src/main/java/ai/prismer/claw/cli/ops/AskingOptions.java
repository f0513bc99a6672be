package ai.prismer.claw.cli.ops;

import ai.prismer.claw.cli.resource.Patience;
import java.time.Duration;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What both verbs that ask the operator for something take. */
final class AskingOptions {
  @Parameters(paramLabel = "NAME", description = "The Claw.")
  private String name = "";

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = Patience.class,
      description =
          "How long to wait for the operator (default: ${DEFAULT-VALUE}; 0s: not at all).")
  private Duration timeout = Duration.ZERO;

  String name() {
    return name;
  }

  Duration timeout() {
    return timeout;
  }
}
