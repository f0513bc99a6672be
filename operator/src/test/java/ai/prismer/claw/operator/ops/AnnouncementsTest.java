package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.receipt.Entry.Ending;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final List<String> events = new ArrayList<>();
  private final Announcements announcements =
      new Announcements(
          (about, reason, message) -> events.add(reason.type() + " " + reason + " " + message),
          new OpsMetrics(
              registry,
              () -> 3,
              new Outbreaks(
                  List::of, Clock.systemUTC(), (about, reason, message) -> {}, "k8s4claw")));

  private String scraped() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, registry.scrape());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private void say(Notice... notices) {
    announcements.say(Scenes.claw(), List.of(notices));
  }

  @Test
  void eachTransitionIsAnEventAndANumber() {
    say(
        new Notice.Seen(
            new SignalRecord(
                "OOMKilled",
                "agent-0",
                "u",
                "runtime",
                "k",
                "2026-01-01T00:00:00Z",
                null,
                null,
                null)),
        new Notice.Asked("oom-bump-memory", "because"),
        new Notice.Accepted("bump-memory from 64Mi to 96Mi", "operator"),
        new Notice.Applied("bump-memory from 64Mi to 96Mi", Duration.ofMillis(400)),
        new Notice.Ended("bump-memory from 64Mi to 96Mi", Ending.HEALTHY, "fine"));

    assertThat(events)
        .containsExactly(
            "Warning OpsSignal OOMKilled of container runtime in pod agent-0",
            "Normal AutoRemediation rule oom-bump-memory: because",
            "Normal OpsIntentAccepted bump-memory from 64Mi to 96Mi, asked for by operator",
            "Normal OpsIntentExecuted bump-memory from 64Mi to 96Mi; now it is being watched",
            "Normal OpsIntentVerified Healthy: bump-memory from 64Mi to 96Mi: fine");
    assertThat(scraped())
        .contains("k8s4claw_signals_total{type=\"OOMKilled\"} 1.0")
        .contains("k8s4claw_intents_total{decision=\"Execute\",reason=\"\"} 1.0")
        .contains("k8s4claw_signal_to_applied_seconds_bucket{le=\"0.5\"} 1")
        .contains("k8s4claw_signal_to_applied_seconds_bucket{le=\"0.25\"} 0")
        .contains("k8s4claw_outcomes_total{result=\"Healthy\"} 1.0")
        .contains("k8s4claw_actions_in_flight 3.0");
  }

  @Test
  void aBadEndIsAWarning() {
    say(
        new Notice.Ended("bump", Ending.INEFFECTIVE, "killed again"),
        new Notice.Ended("bump", Ending.UNDONE, "no room"));

    assertThat(events)
        .containsExactly(
            "Warning OpsIntentFailed Ineffective: bump: killed again",
            "Warning OpsIntentFailed Undone: bump: no room");
  }

  @Test
  void aRepeatedRefusalIsSaidAgainButNotCountedAgain() {
    say(
        new Notice.Refused(Decision.Code.MALFORMED, "not valid JSON", "alice", true),
        new Notice.Refused(Decision.Code.MALFORMED, "not valid JSON", "alice", false));

    assertThat(events).hasSize(2);
    assertThat(scraped())
        .contains("k8s4claw_intents_total{decision=\"Reject\",reason=\"malformed\"} 1.0");
  }

  @Test
  void aNameCannotForgeTheRestOfAnEvent() {
    say(
        new Notice.Refused(
            Decision.Code.MALFORMED, "no", "eve\u001b[2J\u202e approved by alice", true));

    assertThat(events.getFirst()).doesNotContain("\u001b").doesNotContain("\u202e");
  }

  @Test
  void nothingIsRegisteredThatIsNeverSet() {
    assertThat(scraped()).doesNotContain("unsigned");
  }
}
