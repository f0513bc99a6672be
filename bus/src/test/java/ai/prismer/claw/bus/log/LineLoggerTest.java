package ai.prismer.claw.bus.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LineLoggerTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final System.Logger log =
      new LineLogger(
          "ai.prismer.claw.bus.Main",
          () -> Instant.parse("2026-03-01T12:00:00.123456Z"),
          new PrintStream(bytes, true, StandardCharsets.UTF_8));

  private String said() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void anEventIsALineWithItsTimeAndItsLevel() {
    log.log(System.Logger.Level.INFO, "channel {0}: registered, protocol {1}", "web", 2);
    assertThat(said())
        .isEqualTo("2026-03-01T12:00:00.123Z INFO Main channel web: registered, protocol 2\n");
  }

  @Test
  void whatAStrangerSaysBeginsNoLineOfItsOwn() {
    log.log(
        System.Logger.Level.WARNING,
        "bridge {0}: {1}",
        "claw-ws",
        "gone\r\n2026-03-01T12:00:00.123Z INFO all is well\u001b[2K\u2028é");
    assertThat(said())
        .hasLineCount(1)
        .contains("gone\\u000d\\u000a2026-03-01")
        .contains("\\u001b[2K\\u2028é");
  }

  @Test
  void aParameterIsNotReadAsAFormat() {
    log.log(System.Logger.Level.WARNING, "{0} then {1}", "a {1} of a stranger's", "two");
    assertThat(said()).contains("a {1} of a stranger's then two");
  }

  @Test
  void aFaultIsToldWithWhereItHappenedAndWhy() {
    Exception fault = new IllegalStateException("outer", new java.io.IOException("in\nner"));
    log.log(System.Logger.Level.ERROR, "a fault", fault);
    assertThat(said())
        .startsWith(
            "2026-03-01T12:00:00.123Z ERROR Main a fault: java.lang.IllegalStateException: outer\n\tat ")
        .contains("\ncaused by java.io.IOException: in\\u000aner\n\tat ");
  }

  @Test
  void whatIsForDevelopersIsNotSaid() {
    log.log(System.Logger.Level.DEBUG, "detail");
    log.log(System.Logger.Level.OFF, "nothing");
    assertThat(said()).isEmpty();
  }
}
