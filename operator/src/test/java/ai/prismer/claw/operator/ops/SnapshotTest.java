package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.ops.EventRecord;
import ai.prismer.claw.gate.rule.SignalType;
import ai.prismer.claw.operator.signals.Loads;
import ai.prismer.claw.operator.signals.Loads.Load;
import io.fabric8.kubernetes.api.model.EventBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an escalation says of the moment in which it was opened. */
class SnapshotTest {
  private static final long LIMIT = 64 * Scenes.MI;

  @Test
  void whereLoadsAreMeasuredItSaysHowTheyStandToTheirThresholds() {
    assertThat(Snapshot.of(sight(Map.of()))).doesNotContainKey("HighMemory/agent-0");

    Map<String, String> facts =
        Snapshot.of(
            sight(
                Map.of(
                    "p",
                    List.of(
                        new Load(SignalType.HIGH_MEMORY, "runtime", LIMIT, Scenes.NOW),
                        new Load(SignalType.HIGH_CPU, "runtime", 500, null),
                        new Load(SignalType.HIGH_MEMORY, "sidecar", LIMIT, Scenes.NOW)))));

    assertThat(facts)
        .containsEntry("HighMemory/agent-0", "above its threshold since " + Scenes.NOW)
        .containsEntry("HighCPU/agent-0", "measured, below its threshold")
        .containsEntry("memoryLimit/agent-0", "64Mi")
        .containsKey("pod/agent-0");
  }

  @Test
  void anEventThatLacksEverythingIsToldAllTheSame() {
    assertThat(PodEvents.told(new EventBuilder().withNewMetadata().endMetadata().build()))
        .isEqualTo(new EventRecord("", "", "", ""));
  }

  @Test
  void anEventIsCutAndNothingInItReachesATerminal() {
    EventRecord told = told("\u001b]8;;http://example.org\u0007click\u202e" + "é".repeat(9_999));

    assertThat(told.message()).hasSizeLessThan(400).startsWith("\\u{1b}]8;;http");
    assertThat(told.message().chars()).noneMatch(Character::isISOControl);
    assertThat(told("\u0000".repeat(9_999)).message().length())
        .as("the longest there is, which the definition takes")
        .isLessThanOrEqualTo(4096);
    assertThat(told.timestamp()).isEqualTo("2026-03-01T12:00:00Z");
  }

  private static EventRecord told(@Nullable String message) {
    return PodEvents.told(
        new EventBuilder()
            .withNewMetadata()
            .endMetadata()
            .withType("Warning")
            .withReason("BackOff")
            .withMessage(message)
            .withLastTimestamp("2026-03-01T12:00:00Z")
            .build());
  }

  private static Sight sight(Map<String, List<Load>> loads) {
    Sight sight = Scenes.sight(Scenes.claw(), "64Mi", Scenes.ready("p", "64Mi"));
    return new Sight(
        sight.claw(),
        sight.statefulSet(),
        sight.pods(),
        sight.now(),
        sight.book(),
        new Loads(loads),
        sight.channels(),
        sight.confinement(),
        Optional::empty);
  }
}
