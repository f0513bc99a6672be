package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.operator.model.KubeletWords;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The actions that do not come from a kill: each carried out by a real operator, and watched. */
class ActionsIT extends HealingScene {
  @Test
  void moreCpuIsGivenToTheContainerThatRunsAndCountsWhenTheKubeletSaysSo() {
    create("replicas: 1", "Enforce");
    Pod pod = running(0, "200m");
    awaitRunning();

    bed.intents.submit("agent", Intents.of("bump-cpu", "{\"target\":\"300m\"}", now()));
    bed.eventually(() -> assertThat(cpu(pod(0))).isEqualTo(new Quantity("300m")));
    assertThat(Pods.uid(pod(0))).as("the same pod").isEqualTo(Pods.uid(pod));
    assertThat(pod(0).getStatus().getQosClass()).isEqualTo(pod.getStatus().getQosClass());
    assertThat(bed.ops("agent").inFlight()).extracting("stage").isEqualTo("Acting");

    running(0, "300m");
    pass();

    bed.awaitEnd("agent", "Healthy");
    assertThat(bed.diary.podsEver("agent")).isEqualTo(1);
    assertThat(bed.adjustments("agent"))
        .singleElement()
        .satisfies(adjustment -> {
          assertThat(adjustment.field()).isEqualTo("cpu");
          assertThat(adjustment.value()).isEqualTo("300m");
        });
    assertThat(bed.story("agent")).containsExactly("Execute", "Outcome Healthy");
  }

  @Test
  void aPodWhoseNodeCannotGiveMoreIsReplacedAfterAMinute() {
    create("replicas: 1", "Enforce");
    Pod pod = running(0, "200m");
    awaitRunning();
    bed.intents.submit("agent", Intents.of("bump-cpu", "{\"target\":\"300m\"}", now()));
    bed.eventually(() -> assertThat(cpu(pod(0))).isEqualTo(new Quantity("300m")));

    deferred(0, clock.instant().minusSeconds(30));
    operator.trigger().one(bed.namespace, "agent");
    bed.eventually(() -> assertThat(bed.ops("agent").inFlight()).isNotNull());
    assertThat(bed.diary.podsEver("agent")).isEqualTo(1);
    clock.forward(Duration.ofSeconds(31));
    operator.trigger().one(bed.namespace, "agent");

    Pod replaced = bed.podOtherThan("agent", pod);
    assertThat(cpu(replaced)).isEqualTo(new Quantity("300m"));
    running(0, "300m");
    pass();
    bed.awaitEnd("agent", "Healthy");
  }

  @Test
  void aRolloutRestartReplacesEveryPodOneAfterTheOther() {
    create("replicas: 2", "Enforce");
    List<Pod> old = List.of(running(0, "200m"), running(1, "200m"));
    awaitRunning();

    bed.intents.submit("agent", Intents.of("rollout-restart", "{}", now()));
    bed.eventually(() -> assertThat(replaced(old)).isEqualTo(1));
    int first = isReplaced(0, old) ? 0 : 1;
    assertThat(replaced(old)).as("the other waits for this one").isEqualTo(1);
    running(first, "200m");
    bed.eventually(() -> assertThat(isReplaced(1 - first, old)).isTrue());
    running(1 - first, "200m");
    pass();

    bed.awaitEnd("agent", "Healthy");
    assertThat(pod(0).getMetadata().getAnnotations()).containsKey(Keys.RESTART);
    assertThat(bed.adjustments("agent")).as("nothing is left behind").isEmpty();
    assertThat(bed.story("agent")).containsExactly("Execute", "Outcome Healthy");
  }

  @Test
  void scalingIsLayeredOverTheSpecExactly() {
    create("replicas: 2", "Enforce");
    running(0, "200m");
    running(1, "200m");
    awaitRunning();

    bed.intents.submit("agent", Intents.of("scale-replicas", "{\"replicas\":\"3\"}", now()));
    bed.eventually(() -> assertThat(find(2)).isNotNull());
    running(2, "200m");
    pass();
    bed.awaitEnd("agent", "Healthy");
    assertThat(bed.claw("agent").getSpec().replicas()).isEqualTo(2);

    bed.intents.submit("agent", Intents.of("scale-replicas", "{\"replicas\":\"1\"}", now()));
    bed.eventually(() -> {
      assertThat(find(1)).isNull();
      assertThat(find(2)).isNull();
    });
    pass();
    bed.eventually(() -> {
      assertThat(bed.story("agent")).hasSize(4);
      assertThat(bed.adjustments("agent")).singleElement().extracting("value").isEqualTo("1");
    });
  }

  @Test
  void aNumberOfPodsThatNoNodeCanTakeIsTakenBack() {
    create("replicas: 1", "Enforce");
    running(0, "200m");
    awaitRunning();

    bed.intents.submit("agent", Intents.of("scale-replicas", "{\"replicas\":\"2\"}", now()));
    bed.eventually(() -> assertThat(find(1)).isNotNull());
    unschedulable(1);
    bed.eventually(
        () -> assertThat(bed.ops("agent").inFlight()).extracting("stage").isEqualTo("Verifying"));
    clock.forward(Verification.SCHEDULING.plusSeconds(1));
    operator.trigger().one(bed.namespace, "agent");

    bed.awaitEnd("agent", "Undone");
    bed.eventually(() -> assertThat(find(1)).isNull());
    assertThat(bed.adjustments("agent")).isEmpty();
  }

  @Test
  void anObservedClawIsDecidedAndRecordedAndLeftAlone() {
    create("replicas: 1", "Observe");
    Pod pod = running(0, "200m");
    awaitRunning();
    StatefulSet set = bed.statefulSet("agent");

    bed.intents.submit("agent", Intents.of("restart-pod", "{\"pod\":\"agent-0\"}", now()));
    bed.intents.awaitNone("agent");
    bed.eventually(() -> assertThat(bed.story("agent")).containsExactly("WouldExecute"));

    assertThat(bed.ops("agent").inFlight()).isNull();
    assertThat(Pods.uid(pod(0))).isEqualTo(Pods.uid(pod));
    // Not its resourceVersion: Kubernetes' own controller writes the set's status at any time.
    StatefulSet after = bed.statefulSet("agent");
    assertThat(after.getSpec()).isEqualTo(set.getSpec());
    assertThat(after.getMetadata().getAnnotations()).isEqualTo(set.getMetadata().getAnnotations());
    assertThat(after.getMetadata().getLabels()).isEqualTo(set.getMetadata().getLabels());
    bed.kubelet.killTwice("agent", pod);
    bed.eventually(
        () -> assertThat(bed.story("agent")).containsExactly("WouldExecute", "WouldExecute"));
    assertThat(bed.diary.podsEver("agent")).isEqualTo(1);
    assertThat(bed.adjustments("agent")).isEmpty();
    assertThat(bed.escalations("agent")).isEmpty();
    bed.eventually(() ->
        assertThat(bed.events("agent"))
            .anyMatch(event -> event.startsWith("OpsIntentObserved: would have done bump-memory")));
  }

  @Test
  void morePodsOfARuntimeThatIsASingleWriterAreRefusedByTheServerAndByTheGate() {
    assertThatThrownBy(() ->
            apply(
                """
                apiVersion: claw.prismer.ai/v1alpha1
                kind: Claw
                metadata: {name: agent, namespace: %s}
                spec: {runtime: openclaw, replicas: 2}
                """))
        .hasMessageContainingAll("spec.replicas", "replicas above 1 are for runtime custom only");
    bed.converged("single");

    bed.intents.submit("single", Intents.of("scale-replicas", "{\"replicas\":\"2\"}", now()));

    bed.eventually(() -> assertThat(bed.story("single")).containsExactly("Reject single-writer"));
  }

  private void create(String replicas, String mode) {
    apply(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: agent, namespace: %%s}
        spec:
          runtime: custom
          %s
          customRuntime: {image: image}
          resources:
            requests: {cpu: 100m, memory: 32Mi}
            limits: {cpu: 200m, memory: 64Mi}
          ops: {mode: %s, verifyWindow: 30s, maxCpu: "2", maxMemory: 256Mi, maxReplicas: 3}
        """
            .formatted(replicas, mode));
  }

  private void apply(String yaml) {
    server.apply(yaml.formatted(bed.namespace));
  }

  private void awaitRunning() {
    bed.awaitRunning("agent");
  }

  /** Once every wanted pod is ready, the window goes by. */
  private void pass() {
    bed.eventually(() ->
        assertThat(bed.ops("agent").inFlight())
            .isNotNull()
            .extracting("verifyingSince")
            .isNotNull());
    clock.forward(HealingBed.WINDOW.plusSeconds(1));
    operator.trigger().one(bed.namespace, "agent");
  }

  private @Nullable Pod find(int ordinal) {
    Pod pod = bed.admin.pods().inNamespace(bed.namespace).withName("agent-" + ordinal).get();
    return pod == null || pod.isMarkedForDeletion() ? null : pod;
  }

  private Pod pod(int ordinal) {
    return Objects.requireNonNull(find(ordinal));
  }

  private int replaced(List<Pod> old) {
    return (int) IntStream.range(0, old.size()).filter(each -> isReplaced(each, old)).count();
  }

  private boolean isReplaced(int ordinal, List<Pod> old) {
    Pod now = find(ordinal);
    return now != null && !Pods.uid(now).equals(Pods.uid(old.get(ordinal)));
  }

  private static @Nullable Quantity cpu(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getResources().getLimits().get("cpu");
  }

  /** What a kubelet says of a pod that is ready and whose cgroup has this much CPU. */
  private Pod running(int ordinal, String cpu) {
    bed.eventually(() -> assertThat(find(ordinal)).isNotNull());
    return bed.admin
        .pods()
        .inNamespace(bed.namespace)
        .withName("agent-" + ordinal)
        .editStatus(now ->
            KubeletWords.running(
                now, Map.of("cpu", new Quantity(cpu), "memory", new Quantity("64Mi"))));
  }

  /** What a kubelet says when the node has no room for a resize. */
  private void deferred(int ordinal, Instant since) {
    bed.admin
        .pods()
        .inNamespace(bed.namespace)
        .withName("agent-" + ordinal)
        .editStatus(now ->
            new PodBuilder(now)
                .editOrNewStatus()
                .addNewCondition()
                .withType("PodResizePending")
                .withStatus("True")
                .withReason("Deferred")
                .withLastTransitionTime(since.truncatedTo(ChronoUnit.SECONDS).toString())
                .endCondition()
                .endStatus()
                .build());
  }

  private void unschedulable(int ordinal) {
    bed.admin
        .pods()
        .inNamespace(bed.namespace)
        .withName("agent-" + ordinal)
        .editStatus(now ->
            new PodBuilder(now)
                .editOrNewStatus()
                .withPhase("Pending")
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage("0/3 nodes are available")
                .endCondition()
                .endStatus()
                .build());
  }

  private static long now() {
    return System.currentTimeMillis();
  }
}
