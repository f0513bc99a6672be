package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Refusals;
import ai.prismer.claw.testkit.attack.Users;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Heals, end to end, by one operator with the account, the roles and the policies of the chart. */
class HealingIT extends HealingScene {
  @Test
  void twoKillsAreAnsweredByMoreMemoryANewPodAndTwoReceipts() {
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    long generation = bed.claw("agent").getMetadata().getGeneration();

    bed.kubelet.killTwice("agent", old);
    Pod healed = bed.podOtherThan("agent", old);

    assertThat(Pods.memoryLimit(healed)).hasValue(96L << 20);
    bed.verify("agent", healed, clock, operator);
    bed.awaitEnd("agent", "Healthy");
    assertThat(bed.adjustments("agent")).singleElement().extracting("value").isEqualTo("96Mi");
    assertThat(bed.claw("agent").getMetadata().getGeneration())
        .as("the spec is never written")
        .isEqualTo(generation);
    assertThat(bed.claw("agent").getMetadata().getAnnotations())
        .doesNotContainKeys(Keys.INTENT, Keys.INTENT_BY, Keys.INTENT_CLASS);
    assertThat(bed.story("agent")).containsExactly("Execute", "Outcome Healthy");
    bed.awaitVerifiedLog();
    assertThat(bed.escalations("agent"))
        .singleElement()
        .satisfies(escalation -> {
          assertThat(escalation.getStatus().phase()).isEqualTo(EscalationPhase.AutoExecuted);
          assertThat(escalation.getStatus().matchedRule()).isEqualTo("oom-bump-memory");
          assertThat(escalation.getStatus().executedAction())
              .isEqualTo("bump-memory from 64Mi to 96Mi");
          assertThat(escalation.getStatus().result()).isEqualTo("Healthy");
          assertThat(escalation.getStatus().receiptRef()).startsWith("receipt-");
          assertThat(escalation.getSpec().trigger().count()).isEqualTo(2);
        });
    bed.eventually(() ->
        assertThat(bed.events("agent"))
            .anyMatch(event -> event.startsWith("OpsSignal: OOMKilled of container runtime"))
            .anyMatch(event -> event.startsWith("AutoRemediation: rule oom-bump-memory"))
            .anyMatch(event -> event.startsWith("OpsIntentAccepted: bump-memory from 64Mi to 96Mi"))
            .anyMatch(event -> event.startsWith("OpsIntentExecuted: bump-memory from 64Mi to 96Mi"))
            .anyMatch(event -> event.startsWith("OpsIntentVerified: Healthy")));
  }

  @Test
  void aKillAfterTheRaiseIsIneffectiveAndTheRaiseIsKept() {
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    bed.kubelet.killTwice("agent", old);
    Pod raised = bed.podOtherThan("agent", old);

    bed.kubelet.kill("agent", raised, 1);

    bed.awaitEnd("agent", "Ineffective");
    assertThat(bed.adjustments("agent")).singleElement().extracting("value").isEqualTo("96Mi");
    assertThat(bed.wantedLimit("agent")).isEqualTo(96L << 20);
    assertThat(bed.story("agent")).containsExactly("Execute", "Outcome Ineffective");
    assertThat(bed.escalations("agent"))
        .singleElement()
        .satisfies(
            escalation -> assertThat(escalation.getStatus().result()).isEqualTo("Ineffective"));
    assertThat(bed.diary.podsEver("agent")).isEqualTo(2);
  }

  @Test
  void aRaiseThatNoNodeCanTakeIsTakenBackAndEscalated() {
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    bed.kubelet.killTwice("agent", old);
    Pod raised = bed.podOtherThan("agent", old);

    bed.kubelet.unschedulable("agent");
    bed.eventually(
        () -> assertThat(bed.ops("agent").inFlight()).extracting("stage").isEqualTo("Verifying"));
    clock.forward(Verification.SCHEDULING.plusSeconds(1));
    operator.trigger().one(bed.namespace, "agent");

    bed.awaitEnd("agent", "Undone");
    Pod back = bed.podOtherThan("agent", raised);
    assertThat(Pods.memoryLimit(back)).hasValue(64L << 20);
    assertThat(bed.adjustments("agent")).isEmpty();
    assertThat(bed.story("agent")).containsExactly("Execute", "Outcome Undone");
    assertThat(bed.escalations("agent"))
        .extracting(
            escalation -> escalation.getStatus().phase(),
            escalation -> escalation.getStatus().result())
        .containsExactly(
            tuple(EscalationPhase.AutoExecuted, "Undone"), tuple(EscalationPhase.Failed, null));
    assertThat(bed.escalations("agent").getLast().getStatus().rejectionReason())
        .contains("3 Insufficient memory");
    bed.eventually(() ->
        assertThat(bed.events("agent"))
            .anyMatch(event -> event.startsWith("OpsIntentFailed: Undone: bump-memory")));
  }

  @Test
  void aManagersRestartReplacesOnePodAndChangesNothingElse() {
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    long set = bed.statefulSet("agent").getMetadata().getGeneration();

    bed.intents.submit("agent", Intents.of("restart-pod", "{\"pod\":\"agent-0\"}", now()));
    Pod restarted = bed.podOtherThan("agent", old);
    bed.verify("agent", restarted, clock, operator);

    bed.awaitEnd("agent", "Healthy");
    assertThat(bed.diary.podsEver("agent")).isEqualTo(2);
    assertThat(bed.statefulSet("agent").getMetadata().getGeneration()).isEqualTo(set);
    assertThat(bed.story("agent")).containsExactly("Execute", "Outcome Healthy");
    assertThat(bed.escalations("agent")).as("nobody's rule").isEmpty();
    bed.awaitVerifiedLog();
  }

  @Test
  void theSameIntentAgainIsClearedWithoutASecondExecution() {
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    String intent = Intents.of("restart-pod", "{\"pod\":\"agent-0\"}", now());
    bed.intents.submit("agent", intent);
    Pod restarted = bed.podOtherThan("agent", old);
    bed.verify("agent", restarted, clock, operator);
    bed.awaitEnd("agent", "Healthy");

    bed.intents.submit("agent", intent);

    bed.intents.awaitNone("agent");
    assertThat(bed.ops("agent").refusals()).isNull();
    assertThat(bed.story("agent")).hasSize(2);
    assertThat(bed.diary.podsEver("agent")).isEqualTo(2);
  }

  @Test
  void podsThatOnlyLookLikeTheAgentsAndSidecarsMoveNothing() {
    bed.converged("agent");
    Pod own = bed.pod("agent", pod -> true);
    String version = bed.claw("agent").getMetadata().getResourceVersion();
    Map<String, String> labels = own.getMetadata().getLabels();
    OwnerReference set = own.getMetadata().getOwnerReferences().getFirst();
    OwnerReference claw = bed.statefulSet("agent").getMetadata().getOwnerReferences().getFirst();

    Pod labelled = bed.impostor("impostor", labels, null);
    Pod foreign = bed.impostor("agent-1", labels, claw);
    Pod numbered = bed.impostor("agent-7", labels, set);
    for (Pod forged : List.of(labelled, foreign, numbered)) {
      bed.kubelet.killIfThere(forged, 1);
      bed.kubelet.killIfThere(forged, 2);
    }
    operator.trigger().one(bed.namespace, "agent");

    bed.staysSo(after -> {
      assertThat(after.claw("agent").getMetadata().getResourceVersion()).isEqualTo(version);
      assertThat(after.diary.podsEver("agent")).isEqualTo(1);
    });
    bed.kubelet.sidecarKill("agent", own);
    bed.staysSo(after -> {
      assertThat(after.ops("agent").recentSignals())
          .as("seen, but none of the runtime's business")
          .isNotEmpty()
          .allMatch(signal -> "sidecar".equals(signal.container()));
      assertThat(after.ops("agent").inFlight()).isNull();
      assertThat(after.diary.podsEver("agent")).isEqualTo(1);
    });
  }

  @Test
  void aRefusedIntentLeavesNothingButItsCountAndItsReceipt() {
    bed.converged("agent");
    long generation = bed.claw("agent").getMetadata().getGeneration();
    long set = bed.statefulSet("agent").getMetadata().getGeneration();
    Map<String, String> refused = new LinkedHashMap<>();
    refused.put("not json", "malformed");
    refused.put(intent("exec", "{}"), "unknown-action");
    refused.put(intent("bump-memory", "{\"target\":\"1e18\"}"), "bad-parameter");
    refused.put(intent("bump-memory", "{\"target\":\"64Mi\"}"), "not-an-increase");
    refused.put(intent("bump-memory", "{\"target\":\"129Mi\"}"), "step-too-large");
    refused.put(intent("bump-cpu", "{\"target\":\"2\"}"), "no-limit");
    refused.put(intent("restart-pod", "{\"pod\":\"other-0\"}"), "not-own-pod");
    refused.put(intent("scale-replicas", "{\"replicas\":\"2\"}"), "single-writer");
    refused.put(Intents.of("restart-pod", "{}", now() + 3_600_000), "generation-ahead");

    refused.forEach((intent, code) -> {
      bed.intents.submit("agent", intent);
      bed.intents.awaitNone("agent");
    });

    bed.eventually(() ->
        assertThat(bed.story("agent"))
            .containsExactlyElementsOf(
                refused.values().stream().map(code -> "Reject " + code).toList()));
    OpsStatus ops = bed.ops("agent");
    Refusals refusals = Objects.requireNonNull(ops.refusals());
    assertThat(refusals.total()).isEqualTo(refused.size());
    assertThat(ops).isEqualTo(OpsEdit.of(OpsStatus.EMPTY).refusals(refusals).done());
    assertThat(bed.claw("agent").getMetadata().getGeneration()).isEqualTo(generation);
    assertThat(bed.statefulSet("agent").getMetadata().getGeneration()).isEqualTo(set);
    assertThat(bed.diary.podsEver("agent")).isEqualTo(1);
    bed.eventually(() ->
        assertThat(bed.events("agent"))
            .anyMatch(
                event -> event.contains("at most 128Mi in one step (step-too-large, asked for")));
  }

  @Test
  void refusalsBeyondTwentyAnHourAreSummarisedOnceAndThenOnlyCounted() {
    bed.converged("agent");

    for (int i = 0; i < 23; i++) {
      bed.intents.submit("agent", "nonsense " + i);
      bed.intents.awaitNone("agent");
    }

    bed.eventually(
        () -> assertThat(bed.ops("agent").refusals()).extracting("total").isEqualTo(23L));
    assertThat(bed.story("agent")).hasSize(21).last().isEqualTo("Silenced");
  }

  @Test
  void aPausedClawIsNotHealedUntilItIsResumed() {
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    bed.annotate("agent", Keys.PAUSED, "true");
    bed.kubelet.killTwice("agent", old);
    bed.intents.submit("agent", Intents.of("restart-pod", "{\"pod\":\"agent-0\"}", now()));
    bed.intents.awaitNone("agent");
    bed.eventually(() -> assertThat(bed.story("agent")).containsExactly("Reject not-active"));

    bed.annotate("agent", Keys.PAUSED, null);

    assertThat(Pods.memoryLimit(bed.podOtherThan("agent", old))).hasValue(96L << 20);
  }

  @Test
  void aRuleThatCannotActEscalatesOnce() {
    bed.converged("agent", "maxMemory: 64Mi");
    Pod pod = bed.pod("agent", any -> true);

    bed.kubelet.killTwice("agent", pod);

    bed.eventually(() -> assertThat(bed.story("agent")).containsExactly("Reject above-maximum"));
    bed.eventually(() ->
        assertThat(bed.escalations("agent"))
            .singleElement()
            .satisfies(escalation -> {
              assertThat(escalation.getStatus()).isNotNull();
              assertThat(escalation.getStatus().phase()).isEqualTo(EscalationPhase.Failed);
              assertThat(escalation.getStatus().rejectionReason())
                  .contains("spec.ops.maxMemory 64Mi");
            }));
    for (int i = 0; i < 5; i++) {
      operator.trigger().one(bed.namespace, "agent");
    }
    bed.staysSo(after -> {
      assertThat(after.story("agent")).hasSize(1);
      assertThat(after.escalations("agent")).hasSize(1);
      assertThat(after.diary.podsEver("agent")).isEqualTo(1);
    });
  }

  @Test
  void anAgentThatMayAskIsHeardWithinItsBounds() {
    bed.converged("agent", "maxMemory: 256Mi, agentIntents: Auto");
    KubernetesClient agent = server.clientForServiceAccount(bed.namespace, "agent");
    Pod old = bed.pod("agent", pod -> true);

    bed.eventually(() ->
        bed.intents.submit(
            agent,
            "agent",
            Intents.of("bump-memory", "{\"target\":\"100Mi\"}", now()),
            Users.self(agent),
            "llm"));

    assertThat(Pods.memoryLimit(bed.podOtherThan("agent", old))).hasValue(100L << 20);
    bed.eventually(() -> assertThat(bed.story("agent")).containsExactly("Execute"));
  }

  private long now() {
    return clock.millis();
  }

  private String intent(String action, String params) {
    return Intents.of(action, params, now());
  }
}
