package ai.prismer.claw.operator.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class QueuedEventRecorderTest {

  private static final HasMetadata CLAW =
      new ConfigMapBuilder().withNewMetadata().withName("my-agent").endMetadata().build();

  private final List<String> written = new ArrayList<>();
  private final CountDownLatch stuck = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);

  private final EventRecorder slow =
      (about, reason, message) -> {
        begun.countDown();
        await(stuck);
        written.add(message);
      };

  @Test
  void anEventHoldsNobodyUpWhileTheApiServerHangs() {
    try (QueuedEventRecorder recorder = new QueuedEventRecorder(slow)) {
      recorder.record(CLAW, EventReason.ClawRunning, "one");
      recorder.record(CLAW, EventReason.ClawRunning, "two");
      assertThat(written).isEmpty();
      stuck.countDown();
    }
    assertThat(written).containsExactly("one", "two");
  }

  @Test
  void closingWritesWhatIsWaitingInItsOrder() {
    QueuedEventRecorder recorder = new QueuedEventRecorder(slow);
    List<String> all = IntStream.range(0, 500).mapToObj(Integer::toString).toList();
    all.forEach(each -> recorder.record(CLAW, EventReason.OpsSignal, each));
    stuck.countDown();
    recorder.close();
    assertThat(written).isEqualTo(all);
  }

  @Test
  void aFullQueueLosesTheNewestAndNothingElse() {
    QueuedEventRecorder recorder = new QueuedEventRecorder(slow, 2);
    recorder.record(CLAW, EventReason.OpsSignal, "being written");
    await(begun);
    recorder.record(CLAW, EventReason.OpsSignal, "first in the queue");
    recorder.record(CLAW, EventReason.OpsSignal, "second in the queue");
    recorder.record(CLAW, EventReason.OpsSignal, "too much");
    stuck.countDown();
    recorder.close();
    assertThat(written)
        .containsExactly("being written", "first in the queue", "second in the queue");
  }

  @Test
  void anEventThatCannotBeWrittenSilencesNoneAfterIt() {
    EventRecorder moody =
        (about, reason, message) -> {
          if (message.equals("bad")) {
            throw new IllegalStateException("no such namespace");
          }
          written.add(message);
        };
    try (QueuedEventRecorder recorder = new QueuedEventRecorder(moody)) {
      recorder.record(CLAW, EventReason.OpsSignal, "bad");
      recorder.record(CLAW, EventReason.OpsSignal, "good");
    }
    assertThat(written).containsExactly("good");
  }

  @Test
  void nothingIsTakenAfterTheEnd() {
    QueuedEventRecorder recorder = new QueuedEventRecorder(slow);
    stuck.countDown();
    recorder.close();
    recorder.record(CLAW, EventReason.OpsSignal, "late");
    assertThat(written).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }
}
