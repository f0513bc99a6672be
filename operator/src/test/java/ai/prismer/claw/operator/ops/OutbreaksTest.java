package ai.prismer.claw.operator.ops;

import static ai.prismer.claw.operator.ops.Scenes.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.ClawStatus;
import ai.prismer.claw.api.status.Condition;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.RuntimeStatus;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.decision.Outbreak;
import ai.prismer.claw.operator.signals.Ledger;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutbreaksTest {
  private final List<Claw> claws = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private Instant now = NOW;
  private final Outbreaks outbreaks =
      new Outbreaks(
          () -> claws,
          new Clock() {
            @Override
            public Instant instant() {
              return now;
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          },
          (about, reason, message) ->
              events.add(about.getMetadata().getNamespace() + " " + reason + " " + message),
          "k8s4claw-system");

  /** A namespace with so many agents, some of which fail. */
  private void namespace(String name, int failing, int of) {
    claws.removeIf(claw -> claw.getMetadata().getNamespace().equals(name));
    for (int i = 0; i < of; i++) {
      claws.add(claw(name, i < failing, "True", null));
    }
  }

  private static Claw claw(
      String namespace, boolean failing, String ready, @Nullable Instant readyUntil) {
    Claw claw = Scenes.claw();
    claw.getMetadata().setNamespace(namespace);
    SignalRecord signal =
        new SignalRecord("OOMKilled", "agent-0", "u", "runtime", "k", "" + NOW, null, null, null);
    OpsStatus ops =
        OpsEdit.of(OpsStatus.EMPTY)
            .ledger(new Ledger(List.of(), List.of(failing ? signal : signal.ended(NOW.toString()))))
            .done();
    claw.setStatus(
        new ClawStatus(
            null,
            null,
            List.of(new Condition("Ready", ready, 1L, NOW.toString(), "R", "m")),
            readyUntil == null ? null : new RuntimeStatus(null, readyUntil.toString()),
            null,
            ops));
    return claw;
  }

  private void later(Duration by) {
    now = now.plus(by);
  }

  @Test
  void itBeginsAboveThirtyPercentOfAtLeastFive() {
    namespace("few", 4, 4);
    namespace("many", 3, 10);
    assertThat(outbreaks.in("few")).isEmpty();
    assertThat(outbreaks.in("many")).as("exactly 30 %").isEmpty();

    namespace("many", 4, 10);
    later(Outbreaks.FRESH.plusMillis(1));

    assertThat(outbreaks.in("many")).contains(new Outbreak("namespace many", 4, 10));
    assertThat(outbreaks.in("few")).isEmpty();
    assertThat(outbreaks.inNamespaces()).isEqualTo(1);
    assertThat(outbreaks.inCluster()).isZero();
  }

  @Test
  void whoIsSuspendedHidesNone() {
    namespace("many", 4, 10);
    for (int i = 0; i < 40; i++) {
      Claw suspended =
          Serialization.unmarshal(
              Serialization.asYaml(claw("many", false, "False", null))
                  .replaceFirst("(?m)^spec:", "spec:\n  suspend: true"),
              Claw.class);
      claws.add(suspended);
    }

    assertThat(outbreaks.in("many")).contains(new Outbreak("namespace many", 4, 10));
  }

  @Test
  void oneEventTellsOfItHoweverOftenItIsAskedAbout() {
    namespace("many", 4, 10);

    for (int i = 0; i < 5; i++) {
      outbreaks.in("many");
      outbreaks.now("other");
      later(Duration.ofSeconds(2));
    }

    assertThat(events)
        .singleElement()
        .asString()
        .startsWith("many OpsOutbreak 4 of 10 agents in namespace many fail at once");
  }

  @Test
  void itEndsAfterFiveMinutesBelowTwentyPercentInARow() {
    namespace("many", 4, 10);
    outbreaks.in("many");
    namespace("many", 2, 10);
    later(Duration.ofMinutes(6));
    assertThat(outbreaks.in("many")).as("20 % is not below").isPresent();

    namespace("many", 1, 10);
    later(Duration.ofMinutes(1));
    assertThat(outbreaks.in("many")).isPresent();
    later(Duration.ofMinutes(4));
    namespace("many", 2, 10);
    assertThat(outbreaks.in("many")).as("the calm is broken").isPresent();
    namespace("many", 1, 10);
    later(Duration.ofMinutes(1));
    assertThat(outbreaks.in("many")).isPresent();
    later(Duration.ofMinutes(4).plusSeconds(59));
    assertThat(outbreaks.in("many")).isPresent();
    later(Duration.ofSeconds(2));

    assertThat(outbreaks.in("many")).isEmpty();
    namespace("many", 4, 10);
    later(Duration.ofSeconds(2));
    assertThat(outbreaks.in("many")).isPresent();
    assertThat(events).hasSize(2);
  }

  @Test
  void whereNobodyHasLookedForFiveMinutesTheCalmHasLasted() {
    namespace("many", 4, 10);
    outbreaks.in("many");
    namespace("many", 1, 10);
    later(Outbreaks.CALM.plusSeconds(1));

    assertThat(outbreaks.in("many")).isEmpty();
  }

  @Test
  void noThreeTenantsStopHealingForTheOthers() {
    namespace("a", 20, 20);
    namespace("b", 20, 20);
    namespace("c", 20, 20);
    namespace("d", 0, 10);
    assertThat(outbreaks.in("d")).isEmpty();

    namespace("d", 1, 10);
    later(Duration.ofSeconds(2));

    assertThat(outbreaks.in("e")).contains(new Outbreak("the cluster", 61, 70));
    assertThat(outbreaks.inCluster()).isEqualTo(1);
    assertThat(outbreaks.inNamespaces()).isEqualTo(3);
    assertThat(events).anyMatch(event -> event.startsWith("k8s4claw-system OpsOutbreak 61 of 70"));
  }

  @Test
  void whoWasNotReadyWithinADayIsNoPartOfIt() {
    for (int i = 0; i < 5; i++) {
      claws.add(claw("old", true, "False", NOW.minus(Outbreaks.LATELY)));
      claws.add(claw("never", true, "False", null));
      claws.add(claw("lately", true, "False", NOW.minus(Outbreaks.LATELY).plusSeconds(1)));
    }

    assertThat(outbreaks.in("old")).isEmpty();
    assertThat(outbreaks.in("never")).isEmpty();
    assertThat(outbreaks.in("lately")).isPresent();
  }
}
