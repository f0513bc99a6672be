package ai.prismer.claw.cli.hold;

import ai.prismer.claw.cli.resource.Patience;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What both verbs that wait for a phase take. */
final class PhaseOptions {
  /** Pods go within their grace period. */
  static final Duration TO_SUSPEND = Duration.ofMinutes(1);

  /** An image may have to be pulled. */
  static final Duration TO_WAKE = Duration.ofMinutes(2);

  @Parameters(paramLabel = "NAME", description = "The Claw.")
  private String name = "";

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = Patience.class,
      description =
          "How long to wait for the phase (default: 1m for Suspended, 2m for Running; 0s: not at"
              + " all).")
  private @Nullable Duration timeout;

  String name() {
    return name;
  }

  Duration timeout(Duration otherwise) {
    return timeout == null ? otherwise : timeout;
  }
}
