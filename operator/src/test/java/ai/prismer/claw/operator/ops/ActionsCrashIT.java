package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.ClawStatus;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.operator.model.KubeletWords;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.attack.Users;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What {@link HealingCrashIT} shows for a heal, for everything else that is asked for: an operator
 * that dies after the n-th write, for every n, and another one that comes after it end where one
 * that lives would have ended.
 */
@Tag("long")
class ActionsCrashIT {
  /** No action has as many writes; a test that needs more never ends. */
  private static final int MOST_WRITES = 30;

  private static final int REPLICAS = 2;

  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private final TestClock clock = new TestClock();

  /** What is asked for, and what must have come of it. */
  enum Story {
    BUMP("bump-cpu", "{\"target\":\"300m\"}", 0, "cpu=300m"),
    RESTART("restart-pod", "{\"pod\":\"%s-1\"}", 1, ""),
    ROLLOUT("rollout-restart", "{}", REPLICAS, ""),
    SCALE("scale-replicas", "{\"replicas\":\"1\"}", 0, "replicas=1"),
    THAW(Keys.THAW, "%s", 0, ""),
    UNDO(Keys.UNDO, "%s#replicas", 0, "");

    private final String what;
    private final String text;
    private final int newPods;
    private final String adjusted;

    Story(String what, String text, int newPods, String adjusted) {
      this.what = what;
      this.text = text;
      this.newPods = newPods;
      this.adjusted = adjusted;
    }

    boolean isRequest() {
      return this == THAW || this == UNDO;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whereverAnOperatorDiesItIsDoneOnceAndEndsTheSame(Story story) {
    try (HealingBed bed = new HealingBed(server, chart)) {
      int writes =
          new EveryWrite(bed, clock)
              .of(story.name().toLowerCase(Locale.ROOT), MOST_WRITES, new Telling(bed, story));

      assertThat(writes).as("writes of %s", story).isGreaterThan(story.isRequest() ? 3 : 5);
    }
  }

  /** One story in one bed. */
  private final class Telling implements EveryWrite.Story {
    private final HealingBed bed;
    private final Story story;
    private int receiptsBefore;
    private int podsBefore;

    Telling(HealingBed bed, Story story) {
      this.bed = bed;
      this.story = story;
    }

    @Override
    public void prepare(String name, ClawOperator operator) {
      ActionsCrashIT.this.prepare(bed, story, name, operator);
      receiptsBefore = bed.story(name).size();
      podsBefore = podsEver(bed, name);
    }

    @Override
    public void begin(String name, BooleanSupplier died) {
      ask(bed, story, name);
    }

    @Override
    public void play(String name, ClawOperator operator, BooleanSupplier died) {
      ActionsCrashIT.this.play(bed, story, name, receiptsBefore, operator, died);
    }

    @Override
    public void ended(String name) {
      endedOnce(bed, story, name, receiptsBefore);
      int more = story == Story.UNDO ? 1 : story.newPods;
      assertThat(podsEver(bed, name)).as("pods of %s", name).isEqualTo(podsBefore + more);
    }
  }

  private void prepare(HealingBed bed, Story story, String name, ClawOperator operator) {
    String yaml =
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: %s, namespace: %s}
        spec:
          runtime: custom
          replicas: %d
          customRuntime: {image: image}
          resources:
            requests: {cpu: 100m, memory: 32Mi}
            limits: {cpu: 200m, memory: 64Mi}
          ops: {verifyWindow: 30s, maxCpu: "2", maxMemory: 256Mi, maxReplicas: 3}
        """
            .formatted(name, bed.namespace, REPLICAS);
    server.apply(yaml);
    bed.eventually(() -> {
      kubelet(bed, name);
      ClawStatus status = bed.claw(name).getStatus();
      assertThat(status == null ? null : status.phase()).isEqualTo(Phase.Running);
    });
    if (story == Story.UNDO) {
      ask(bed, Story.SCALE, name);
      play(bed, Story.SCALE, name, 0, operator, () -> false);
    }
  }

  private void ask(HealingBed bed, Story story, String name) {
    String self = Users.self(bed.admin);
    if (story.isRequest()) {
      bed.annotate(name, story.what, story.text.formatted(self));
    } else {
      long generation = Math.max(clock.millis(), System.currentTimeMillis());
      bed.intents.submit(name, Intents.of(story.what, story.text.formatted(name), generation));
    }
  }

  /** Plays kubelet and time until what was asked for has ended or nobody is there to end it. */
  private void play(
      HealingBed bed,
      Story story,
      String name,
      int before,
      ClawOperator operator,
      BooleanSupplier goOn) {
    AtomicBoolean went = new AtomicBoolean();
    await()
        .atMost(HealingBed.PATIENCE)
        .pollInterval(Duration.ofMillis(25))
        .until(() -> {
          kubelet(bed, name);
          OpsStatus ops = bed.ops(name);
          InFlight flight = ops.inFlight();
          if (flight != null
              && flight.verifyingSince() != null
              && went.compareAndSet(false, true)) {
            clock.forward(HealingBed.WINDOW.plusSeconds(1));
            operator.trigger().one(bed.namespace, name);
          }
          return goOn.getAsBoolean()
              || (flight == null && ops.outbox() == null && isOver(bed, story, name, before));
        });
  }

  private static boolean isOver(HealingBed bed, Story story, String name, int before) {
    Map<String, String> annotations = bed.claw(name).getMetadata().getAnnotations();
    boolean asked =
        annotations != null
            && (annotations.containsKey(Keys.INTENT) || annotations.containsKey(story.what));
    return !asked
        && bed.story(name).size() >= before + (story.isRequest() ? 1 : 2)
        && (story != Story.UNDO || pods(bed, name).size() == REPLICAS);
  }

  private static void endedOnce(HealingBed bed, Story story, String name, int before) {
    List<String> told = bed.story(name);
    assertThat(told.subList(before, told.size()))
        .containsExactlyElementsOf(
            story.isRequest() ? List.of("Request") : List.of("Execute", "Outcome Healthy"));
    OpsStatus ops = bed.ops(name);
    assertThat(ops.refusals()).isNull();
    assertThat(
            bed.adjustments(name).stream()
                .map(adjustment -> adjustment.field() + "=" + adjustment.value())
                .collect(Collectors.joining()))
        .isEqualTo(story.adjusted);
    assertThat(bed.claw(name).getMetadata().getGeneration()).isEqualTo(1);
  }

  /** A kubelet that grants what a pod asks for, and finds it well. */
  private static void kubelet(HealingBed bed, String name) {
    for (Pod pod : pods(bed, name)) {
      var limits = pod.getSpec().getContainers().getFirst().getResources().getLimits();
      boolean told =
          pod.getStatus().getContainerStatuses().stream()
              .anyMatch(status -> status.getResources().getLimits().equals(limits));
      if (!told) {
        bed.admin.resource(KubeletWords.running(pod, limits)).updateStatus();
      }
    }
  }

  private static List<Pod> pods(HealingBed bed, String name) {
    List<Pod> found = new ArrayList<>();
    for (int ordinal = 0; ordinal < REPLICAS; ordinal++) {
      Pod pod = bed.admin.pods().inNamespace(bed.namespace).withName(name + "-" + ordinal).get();
      if (pod != null && !pod.isMarkedForDeletion()) {
        found.add(pod);
      }
    }
    return found;
  }

  private static int podsEver(HealingBed bed, String name) {
    return IntStream.range(0, REPLICAS).map(ordinal -> bed.diary.podsEver(name, ordinal)).sum();
  }
}
