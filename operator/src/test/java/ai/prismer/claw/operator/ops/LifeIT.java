package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EventRecord;
import ai.prismer.claw.testkit.attack.Users;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What outlives an agent and its heal: a restore from a backup, the end of an adjustment. */
class LifeIT extends HealingScene {
  @Test
  void aHealedAgentThatIsRestoredFromABackupKeepsItsLimitAndRepeatsNoIntent() {
    bed.converged("agent");
    heal("agent");
    bed.intents.awaitNone("agent");
    Claw backup = bed.claw("agent");
    long mark = mark("agent");
    assertThat(backup.getMetadata().getAnnotations())
        .containsEntry(Keys.INTENT_GENERATION, Long.toString(mark));
    gone("agent");

    // As backup tools do it: everything that kubectl get -o yaml shows, but what a server refuses.
    // The intent that healed it had not been cleared yet when this backup was made.
    String old = Intents.of("restart-pod", "{}", mark);
    backup
        .getMetadata()
        .getAnnotations()
        .putAll(
            Map.of(
                Keys.INTENT,
                old,
                Keys.INTENT_BY,
                Users.self(bed.admin),
                Keys.INTENT_CLASS,
                "manager"));
    create(backup);

    Pod restored = bed.pod("agent", pod -> true);
    assertThat(Pods.memoryLimit(restored)).as("from its first pod on").hasValue(96L << 20);
    bed.intents.awaitNone("agent");
    bed.eventually(() ->
        assertThat(bed.story("agent")).containsExactly("Upkeep", "Reject generation-processed"));
    assertThat(bed.adjustments("agent"))
        .singleElement()
        .satisfies(adjustment -> {
          assertThat(adjustment.value()).isEqualTo("96Mi");
          assertThat(adjustment.generation()).isEqualTo(mark);
        });
    assertThat(bed.ops("agent").lastIntentGeneration()).isEqualTo(mark);
    bed.eventually(() ->
        assertThat(bed.events("agent"))
            .anyMatch(event -> event.startsWith("OpsRestored: made again: memory=96Mi")));
    bed.kubelet.ready("agent", restored);
    bed.staysSo(
        same -> assertThat(Pods.uid(same.pod("agent", pod -> true))).isEqualTo(Pods.uid(restored)));
    bed.awaitVerifiedLog();
  }

  @Test
  void anAgentWithoutTheAnnotationStartsFresh() {
    bed.converged("agent");
    heal("agent");
    Claw backup = bed.claw("agent");
    gone("agent");
    backup.getMetadata().setAnnotations(new HashMap<>());

    create(backup);

    Pod fresh = bed.pod("agent", pod -> true);
    assertThat(Pods.memoryLimit(fresh)).hasValue(64L << 20);
    assertThat(bed.story("agent")).isEmpty();
  }

  @Test
  void aMarkInTheFutureLocksNobodyOut() {
    bed.make("other", "maxMemory: 256Mi");
    Claw forged = bed.claw("other");
    forged.getMetadata().setName("agent");
    forged
        .getMetadata()
        .setAnnotations(new HashMap<>(Map.of(Keys.INTENT_GENERATION, "9007199254740991")));
    create(forged);
    bed.kubelet.ready("agent", bed.pod("agent", pod -> true));
    bed.awaitRunning("agent");

    bed.intents.submit("agent", Intents.of("bump-memory", "{\"target\":\"96Mi\"}", clock.millis()));

    bed.eventually(() -> assertThat(bed.wantedLimit("agent")).isEqualTo(96L << 20));
  }

  @Test
  void anAdjustmentWhoseTimeIsUpIsTakenAwayAndThePodReplacedOnce() {
    bed.converged("agent", "maxMemory: 256Mi, adjustmentTTL: 2h");
    Pod healed = heal("agent");
    int pods = bed.diary.podsEver("agent");
    assertThat(bed.adjustments("agent"))
        .singleElement()
        .satisfies(adjustment ->
            assertThat(
                    Duration.between(
                        Instant.parse(adjustment.since()),
                        Instant.parse(Objects.requireNonNull(adjustment.expires()))))
                .isEqualTo(Duration.ofHours(2)));

    clock.forward(Duration.ofHours(2));
    operator.trigger().one(bed.namespace, "agent");

    Pod back = bed.podOtherThan("agent", healed);
    assertThat(Pods.memoryLimit(back)).hasValue(64L << 20);
    bed.kubelet.ready("agent", back);
    bed.eventually(() -> {
      assertThat(bed.adjustments("agent")).isEmpty();
      assertThat(bed.story("agent")).containsExactly("Execute", "Outcome Healthy", "Upkeep");
    });
    bed.eventually(() ->
        assertThat(bed.events("agent"))
            .anyMatch(
                event -> event.startsWith("OpsAdjustmentExpired: memory=96Mi is taken away")));
    bed.staysSo(same -> assertThat(same.diary.podsEver("agent")).isEqualTo(pods + 1));
    assertThat(bed.claw("agent").getMetadata().getAnnotations())
        .containsEntry(Keys.INTENT_GENERATION, Long.toString(mark("agent")));
  }

  @Test
  void anEscalationTellsWhatEventsSaidAndNothingOfItReachesATerminal() {
    bed.converged("agent");
    Pod pod = bed.pod("agent", any -> true);
    for (int count = 1; count <= 12; count++) {
      say(pod, count, "Back-off " + count + " \u001b[2J\u202e" + "x".repeat(500));
    }

    // No rule is for a sidecar, so somebody has to look.
    bed.kubelet.sidecarKill("agent", pod);

    bed.eventually(() -> assertThat(bed.escalations("agent")).hasSize(1));
    var spec = bed.escalations("agent").getFirst().getSpec();
    assertThat(spec.eventSnapshot()).hasSize(10);
    assertThat(spec.eventSnapshot()).extracting(EventRecord::reason).contains("BackOff");
    assertThat(String.valueOf(spec.eventSnapshot()))
        .contains("Back-off 12 \\u{1b}[2J\\u{202e}xxx")
        .doesNotContain("\u001b")
        .doesNotContain("\u202e");
    assertThat(spec.eventSnapshot())
        .allSatisfy(event -> assertThat(event.message()).hasSizeLessThan(512));
    assertThat(spec.metricSnapshot()).containsKeys("pod/agent-0", "memoryLimit/agent-0");
  }

  private long mark(String name) {
    return Objects.requireNonNull(bed.ops(name).lastIntentGeneration());
  }

  private Pod heal(String name) {
    Pod old = bed.pod(name, pod -> true);
    bed.kubelet.killTwice(name, old, clock, () -> false);
    Pod healed = bed.podOtherThan(name, old);
    bed.verify(name, healed, clock, operator);
    bed.awaitEnd(name, "Healthy");
    return healed;
  }

  private void gone(String name) {
    bed.at(name).delete();
    bed.eventually(() -> assertThat(bed.at(name).get()).isNull());
    bed.eventually(() ->
        assertThat(bed.admin.apps().statefulSets().inNamespace(bed.namespace).withName(name).get())
            .isNull());
    bed.eventually(() ->
        assertThat(bed.admin.pods().inNamespace(bed.namespace).withName(name + "-0").get())
            .isNull());
  }

  private void create(Claw backup) {
    backup.getMetadata().setUid(null);
    backup.getMetadata().setResourceVersion(null);
    backup.getMetadata().setManagedFields(null);
    backup.getMetadata().setCreationTimestamp(null);
    bed.admin.resource(backup).create();
  }

  private void say(Pod pod, int count, String message) {
    bed.admin
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withNamespace(bed.namespace)
                .withName("told." + count)
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace(bed.namespace)
                .withName(pod.getMetadata().getName())
                .withUid(Pods.uid(pod))
                .endInvolvedObject()
                .withType("Warning")
                .withReason("BackOff")
                .withMessage(message)
                .withLastTimestamp(
                    Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(count).toString())
                .build())
        .create();
  }
}
