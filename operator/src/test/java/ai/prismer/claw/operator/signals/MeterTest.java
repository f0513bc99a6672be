package ai.prismer.claw.operator.signals;

import static ai.prismer.claw.operator.signals.Kubelet.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.gate.rule.SignalSettings;
import ai.prismer.claw.gate.rule.SignalType;
import ai.prismer.claw.operator.signals.Loads.Load;
import ai.prismer.claw.operator.signals.Meter.Measured;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MeterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long MI = 1L << 20;

  private static Pod pod(String memory, String cpu) {
    Pod pod =
        Kubelet.of("p")
            .container(Kubelet.running("runtime", "containerd://1", true, NOW.minusSeconds(600)))
            .pod();
    pod.getSpec()
        .getContainers()
        .getFirst()
        .setResources(
            new ResourceRequirementsBuilder()
                .withLimits(Map.of("memory", Quantity.parse(memory), "cpu", Quantity.parse(cpu)))
                .build());
    return pod;
  }

  private static Sample sample(long mebibytes, long millicores, Instant at) {
    return new Sample(
        "ns",
        "agent-0",
        "runtime",
        OptionalLong.of(mebibytes * MI),
        OptionalLong.of(millicores),
        at.minusSeconds(10),
        at);
  }

  private static Meter next(Meter meter, Pod pod, long mebibytes, Instant at) {
    return meter.next(
        List.of(new Measured(pod, sample(mebibytes, 0, at))), SignalSettings.DEFAULT, at, PATIENCE);
  }

  private static List<Load> memory(Meter meter) {
    return meter.loads().of("p").stream()
        .filter(load -> load.type() == SignalType.HIGH_MEMORY)
        .toList();
  }

  private static Load above(long limit, Instant since) {
    return new Load(SignalType.HIGH_MEMORY, "runtime", limit * MI, since);
  }

  private static Load below(long limit) {
    return new Load(SignalType.HIGH_MEMORY, "runtime", limit * MI, null);
  }

  @Test
  void oneMeasurementAboveSaysNothingAndTheSecondSaysSinceTheFirst() {
    Pod pod = pod("100Mi", "1");
    Meter first = next(Meter.NEW, pod, 91, NOW);
    Meter second = next(first, pod, 99, NOW.plusSeconds(10));

    assertThat(memory(first)).isEmpty();
    assertThat(memory(second)).containsExactly(above(100, NOW));
    assertThat(memory(next(second, pod, 95, NOW.plusSeconds(20)))).containsExactly(above(100, NOW));
  }

  @Test
  void exactlyTheShareIsNotAboveIt() {
    assertThat(memory(next(Meter.NEW, pod("100Mi", "1"), 90, NOW))).containsExactly(below(100));
  }

  @Test
  void aPeakDoesNotShow() {
    Pod pod = pod("100Mi", "1");
    Meter calm = next(Meter.NEW, pod, 50, NOW);
    Meter peak = next(calm, pod, 99, NOW.plusSeconds(10));

    assertThat(memory(peak)).containsExactly(below(100));
    assertThat(memory(next(peak, pod, 50, NOW.plusSeconds(20)))).containsExactly(below(100));
  }

  @Test
  void oneMeasurementBelowEndsIt() {
    Pod pod = pod("100Mi", "1");
    Meter above = next(next(Meter.NEW, pod, 95, NOW), pod, 95, NOW.plusSeconds(10));

    assertThat(memory(next(above, pod, 80, NOW.plusSeconds(20)))).containsExactly(below(100));
  }

  @Test
  void theSameMeasurementSeenTwiceIsOne() {
    Pod pod = pod("100Mi", "1");
    Meter first = next(Meter.NEW, pod, 95, NOW);
    Meter again =
        first.next(
            List.of(new Measured(pod, sample(95, 0, NOW))),
            SignalSettings.DEFAULT,
            NOW.plusSeconds(5),
            PATIENCE);

    assertThat(memory(again)).isEmpty();
  }

  @Test
  void whoIsNotMeasuredForLongIsNotKnown() {
    Pod pod = pod("100Mi", "1");
    Meter above = next(next(Meter.NEW, pod, 95, NOW), pod, 95, NOW.plusSeconds(10));

    assertThat(
            memory(above.next(List.of(), SignalSettings.DEFAULT, NOW.plusSeconds(189), PATIENCE)))
        .hasSize(1);
    assertThat(
            memory(above.next(List.of(), SignalSettings.DEFAULT, NOW.plusSeconds(190), PATIENCE)))
        .isEmpty();
  }

  @Test
  void anotherLimitBeginsAnew() {
    Meter above =
        next(
            next(Meter.NEW, pod("100Mi", "1"), 95, NOW), pod("100Mi", "1"), 95, NOW.plusSeconds(9));

    assertThat(memory(next(above, pod("104Mi", "1"), 95, NOW.plusSeconds(20)))).isEmpty();
  }

  @Test
  void theLowerOfTheLimitThatIsAskedForAndTheOneThatIsSetCounts() {
    Pod raised = pod("200Mi", "1");
    raised
        .getStatus()
        .getContainerStatuses()
        .getFirst()
        .setResources(
            new ResourceRequirementsBuilder()
                .withLimits(Map.of("memory", Quantity.parse("100Mi")))
                .build());

    assertThat(memory(next(Meter.NEW, raised, 80, NOW))).containsExactly(below(100));
  }

  @Test
  void whatWasMeasuredBeforeTheContainerBeganTellsAboutItsPredecessor() {
    Pod pod = pod("100Mi", "1");
    Instant began = NOW.minusSeconds(600);
    Measured before = new Measured(pod, sample(99, 0, began.plusSeconds(5)));

    assertThat(before.isOfThisContainer()).isFalse();
    assertThat(new Measured(pod, sample(99, 0, began.plusSeconds(10))).isOfThisContainer())
        .isTrue();
    assertThat(
            Meter.NEW.next(List.of(before, before), SignalSettings.DEFAULT, NOW, PATIENCE).tracks())
        .isEmpty();
  }

  @Test
  void cpuIsMeasuredAgainstItsOwnLimitAndThreshold() {
    Pod pod = pod("100Mi", "500m");
    Meter meter = Meter.NEW;
    for (int i = 0; i < 2; i++) {
      Instant at = NOW.plusSeconds(i);
      meter =
          meter.next(
              List.of(new Measured(pod, sample(1, 476, at))), SignalSettings.DEFAULT, at, PATIENCE);
    }

    assertThat(meter.loads().of("p"))
        .containsExactly(below(100), new Load(SignalType.HIGH_CPU, "runtime", 500, NOW));
  }

  @Test
  void withoutALimitThereIsNothingToMeasureAgainst() {
    Pod pod = pod("100Mi", "0");
    pod.getSpec().getContainers().getFirst().getResources().getLimits().remove("memory");

    assertThat(next(Meter.NEW, pod, 1000, NOW).tracks()).isEmpty();
  }

  @Test
  void aMeasurementDatedAheadOfOurClockCountsFromWhenItWasSeen() {
    Pod pod = pod("100Mi", "1");
    Meter meter = Meter.NEW;
    for (int i = 0; i < 2; i++) {
      Sample ahead = sample(95, 0, NOW.plusSeconds(3600 + i));
      meter =
          meter.next(
              List.of(new Measured(pod, ahead)),
              SignalSettings.DEFAULT,
              NOW.plusSeconds(10L * i),
              PATIENCE);
    }

    assertThat(memory(meter)).containsExactly(above(100, NOW));
  }
}
