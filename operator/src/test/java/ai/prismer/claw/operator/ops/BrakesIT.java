package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.ops.Severity;
import ai.prismer.claw.api.status.Condition;
import ai.prismer.claw.testkit.attack.Users;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** What stops self-healing, what lets it go on, and the rules that restart. */
class BrakesIT extends HealingScene {
  @Test
  void aLeakThatEatsThreeRaisesEndsFrozenUntilAPersonThawsIt() {
    bed.converged("leaky", "maxMemory: 1Gi");
    Pod pod = bed.pod("leaky", any -> true);
    bed.kubelet.kill("leaky", pod, "runtime", 1, clock.instant());
    bed.eventually(() -> assertThat(bed.ops("leaky").recentSignals()).hasSize(1));
    for (int raise = 1; raise <= 3; raise++) {
      bed.kubelet.kill("leaky", pod, "runtime", 2, clock.instant());
      Pod raised = bed.podOtherThan("leaky", pod);
      // Kills are told in whole seconds; this one must not seem to be from before the raise.
      bed.kubelet.kill("leaky", raised, "runtime", 1, clock.instant().plusSeconds(1));
      int actions = raise;
      bed.eventually(() -> {
        assertThat(bed.story("leaky")).hasSize(2 * actions);
        assertThat(bed.ops("leaky").inFlight()).isNull();
      });
      // Past the cooldown, which doubles, and within the window in which this kill counts.
      clock.forward(Duration.ofMinutes(21));
      pod = raised;
    }

    bed.eventually(() ->
        assertThat(bed.claw("leaky").getStatus().conditions())
            .anySatisfy(condition -> {
              assertThat(condition.type()).isEqualTo("OpsFrozen");
              assertThat(condition.status()).isEqualTo("True");
              assertThat(condition.message()).contains("the last 3 actions did not help");
            }));
    // The rule wants to act once more: that has its receipt, and asks no person a second time.
    clock.forward(Duration.ofMinutes(20));
    bed.kubelet.kill("leaky", pod, "runtime", 2, clock.instant());
    String second = Pods.uid(pod) + "-2@";
    bed.eventually(() ->
        assertThat(bed.ops("leaky").recentSignals())
            .anyMatch(signal -> signal.key().contains(second)));
    bed.kubelet.kill("leaky", pod, "runtime", 3, clock.instant());
    bed.eventually(
        () -> assertThat(bed.story("leaky")).hasSize(7).last().isEqualTo("Reject frozen"));
    bed.intents.submit("leaky", Intents.of("restart-pod", "{\"pod\":\"leaky-0\"}", now()));
    bed.eventually(
        () -> assertThat(bed.story("leaky")).hasSize(8).last().isEqualTo("Reject frozen"));
    assertThat(bed.escalations("leaky"))
        .extracting(escalation -> escalation.getStatus().phase())
        .doesNotContain(EscalationPhase.Failed);
    bed.eventually(() ->
        assertThat(bed.events("leaky"))
            .anyMatch(event -> event.startsWith("OpsFrozen: self-healing")));

    assertThatThrownBy(() -> bed.annotate("leaky", Keys.THAW, "somebody"))
        .hasMessageContaining("k8s4claw-requests")
        .hasMessageContaining("must be your own user name");
    ClawOpsEscalation frozen = bed.escalation("leaky", EscalationPhase.AwaitingApproval);
    assertThat(frozen.getSpec().severity()).isEqualTo(Severity.Critical);
    bed.annotate("leaky", Keys.THAW, Users.self(bed.admin));

    ClawOpsEscalation answered = bed.escalation("leaky", EscalationPhase.Rejected);
    assertThat(answered.getMetadata().getName()).isEqualTo(frozen.getMetadata().getName());
    assertThat(answered.getStatus().rejectionReason())
        .isEqualTo("answered by a thaw: " + Users.self(bed.admin) + " let self-healing go on");
    assertThat(answered.getStatus().receiptRef()).startsWith("receipt-");
    bed.eventually(() -> {
      assertThat(bed.story("leaky")).last().isEqualTo("Request");
      assertThat(bed.claw("leaky").getMetadata().getAnnotations()).doesNotContainKey(Keys.THAW);
      assertThat(bed.claw("leaky").getStatus().conditions())
          .extracting(Condition::type)
          .doesNotContain("OpsFrozen");
    });
    bed.intents.submit("leaky", Intents.of("restart-pod", "{\"pod\":\"leaky-0\"}", now() + 1));
    bed.eventually(() -> assertThat(bed.story("leaky")).last().isEqualTo("Execute"));
    bed.awaitVerifiedLog();
  }

  @Test
  void peopleCannotSpendWhatIsKeptForRules() {
    bed.converged("agent", "maxMemory: 1Gi, budgetPerHour: 3");
    Pod first = bed.pod("agent", pod -> true);
    bed.intents.submit("agent", Intents.of("restart-pod", "{\"pod\":\"agent-0\"}", now()));
    Pod second = bed.podOtherThan("agent", first);
    bed.verify("agent", second, clock, operator);
    bed.awaitEnd("agent", "Healthy");

    bed.intents.submit("agent", Intents.of("restart-pod", "{\"pod\":\"agent-0\"}", now()));
    bed.eventually(() -> assertThat(bed.story("agent")).last().isEqualTo("Reject budget-spent"));
    bed.kubelet.killTwice("agent", second, clock, () -> false);

    Pod healed = bed.podOtherThan("agent", second);
    assertThat(Pods.memoryLimit(healed)).hasValue(96L << 20);
  }

  @Test
  void anAdjustmentIsTakenAwayByWhoMayAndThePodGoesBack() {
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    bed.kubelet.killTwice("agent", old);
    Pod healed = bed.podOtherThan("agent", old);
    bed.verify("agent", healed, clock, operator);
    bed.awaitEnd("agent", "Healthy");

    assertThatThrownBy(() -> bed.annotate("agent", Keys.UNDO, "somebody#memory"))
        .hasMessageContaining("k8s4claw-requests");
    bed.annotate("agent", Keys.UNDO, Users.self(bed.admin) + "#memory");

    Pod back = bed.podOtherThan("agent", healed);
    assertThat(Pods.memoryLimit(back)).hasValue(64L << 20);
    bed.eventually(() -> {
      assertThat(bed.adjustments("agent")).isEmpty();
      assertThat(bed.story("agent")).containsExactly("Execute", "Outcome Healthy", "Request");
      assertThat(bed.claw("agent").getMetadata().getAnnotations()).doesNotContainKey(Keys.UNDO);
    });
    bed.eventually(() ->
        assertThat(bed.events("agent"))
            .anyMatch(
                event -> event.startsWith("OpsAdjustmentUndone: memory=96Mi is taken back by")));
    bed.awaitVerifiedLog();
  }

  @Test
  void fiveCrashesAreAnsweredByANewPod() {
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    for (int crash = 1; crash <= 5; crash++) {
      crash(old, crash);
      int seen = crash;
      if (crash < 5) {
        bed.eventually(() -> assertThat(bed.ops("agent").recentSignals()).hasSize(seen));
      }
    }

    Pod restarted = bed.podOtherThan("agent", old);
    bed.verify("agent", restarted, clock, operator);

    bed.awaitEnd("agent", "Healthy");
    assertThat(bed.adjustments("agent")).isEmpty();
    assertThat(bed.escalations("agent"))
        .singleElement()
        .satisfies(escalation ->
            assertThat(escalation.getStatus().matchedRule()).isEqualTo("crashloop-restart-pod"));
  }

  @Test
  void crashesAfterAChangeOfOursAreNotAnsweredByARestart() {
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    bed.kubelet.killTwice("agent", old);
    Pod healed = bed.podOtherThan("agent", old);
    bed.verify("agent", healed, clock, operator);
    bed.awaitEnd("agent", "Healthy");

    for (int crash = 1; crash <= 5; crash++) {
      crash(healed, crash);
      int seen = crash;
      bed.eventually(() ->
          assertThat(bed.ops("agent").recentSignals())
              .filteredOn(signal -> signal.type().equals("CrashLoop"))
              .hasSize(seen));
    }

    operator.trigger().one(bed.namespace, "agent");
    assertThat(Pods.uid(bed.pod("agent", pod -> true))).isEqualTo(Pods.uid(healed));
    assertThat(bed.story("agent")).containsExactly("Execute", "Outcome Healthy");
  }

  private void crash(Pod pod, int times) {
    String at = clock.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(times).toString();
    bed.admin
        .pods()
        .inNamespace(bed.namespace)
        .withName(pod.getMetadata().getName())
        .editStatus(now ->
            new PodBuilder(now)
                .editOrNewStatus()
                .withConditions()
                .addNewCondition()
                .withType("Ready")
                .withStatus("False")
                .endCondition()
                .withContainerStatuses(
                    new ContainerStatusBuilder()
                        .withName(Keys.RUNTIME_CONTAINER)
                        .withImage("image")
                        .withImageID("image")
                        .withContainerID("containerd://" + Pods.uid(pod) + "-" + times)
                        .withReady(false)
                        .withRestartCount(times)
                        .withNewState()
                        .withNewWaiting()
                        .withReason("CrashLoopBackOff")
                        .endWaiting()
                        .endState()
                        .withNewLastState()
                        .withNewTerminated()
                        .withReason("Error")
                        .withExitCode(1)
                        .withContainerID("containerd://" + Pods.uid(pod) + "-" + times)
                        .withStartedAt(at)
                        .withFinishedAt(at)
                        .endTerminated()
                        .endLastState()
                        .build())
                .endStatus()
                .build());
  }

  private long now() {
    return Math.max(clock.millis(), Instant.now().toEpochMilli());
  }
}
