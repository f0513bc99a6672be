package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.api.status.LlmSlot;
import ai.prismer.claw.testkit.attack.Users;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An agent that does all it may to keep its own Claw from being healed. */
class SlotIT extends HealingScene {
  private static final long FAR = 9007199254740991L;

  @Test
  void whoHoldsTheSlotAsksFarAheadAndHasSpentTheBudgetDoesNotKeepAKillFromBeingHealed() {
    bed.converged("agent", "maxMemory: 256Mi, agentIntents: Auto, budgetPerHour: 3");
    KubernetesClient agent = server.clientForServiceAccount(bed.namespace, "agent");
    Pod first = bed.pod("agent", pod -> true);
    bed.intents.askAsAgent("agent", "restart-pod", "{\"pod\":\"agent-0\"}", clock);
    Pod second = bed.podOtherThan("agent", first);
    bed.verify("agent", second, clock, operator);
    bed.awaitEnd("agent", "Healthy");
    bed.intents.askAsAgent("agent", "restart-pod", "{\"pod\":\"agent-0\"}", clock);
    bed.eventually(() -> assertThat(bed.story("agent")).last().isEqualTo("Reject budget-spent"));

    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger sent = new AtomicInteger();
    try (ExecutorService flood = Executors.newSingleThreadExecutor()) {
      flood.execute(() -> flood(agent, sent, stop));
      bed.eventually(() -> assertThat(sent).hasValueGreaterThan(3));
      bed.kubelet.killTwice("agent", second, clock, () -> false);

      Pod healed = bed.podOtherThan("agent", second);

      assertThat(Pods.memoryLimit(healed)).hasValue(96L << 20);
      stop.set(true);
    } finally {
      stop.set(true);
    }
    bed.intents.awaitNone("agent");
    bed.awaitVerifiedLog();
  }

  @Test
  void anIntentThatHoldsTheSlotWhenARuleNeedsItYieldsAndHasItsReceipt() {
    bed.converged("agent", "maxMemory: 256Mi, agentIntents: Auto");
    Pod old = bed.pod("agent", pod -> true);
    KubernetesClient agent = server.clientForServiceAccount(bed.namespace, "agent");
    bed.kubelet.kill("agent", old, "runtime", 1, clock.instant());
    bed.eventually(() -> assertThat(bed.ops("agent").recentSignals()).hasSize(1));
    // The agent may patch its Claw once confinement is proven; it has something to say only then.
    bed.intents.askAsAgent("agent", "restart-pod", "{\"pod\":\"other-0\"}", clock);
    bed.eventually(() -> assertThat(bed.story("agent")).containsExactly("Reject not-own-pod"));
    bed.operators.stop(operator);

    bed.intents.submit(
        agent,
        "agent",
        Intents.of("restart-pod", "{\"pod\":\"agent-0\"}", clock.millis()),
        Users.self(agent),
        "llm");
    bed.kubelet.kill("agent", old, "runtime", 2, clock.instant());
    operator = bed.operators.start(clock);

    assertThat(Pods.memoryLimit(bed.podOtherThan("agent", old))).hasValue(96L << 20);
    bed.eventually(() ->
        assertThat(bed.story("agent"))
            .containsExactly("Reject not-own-pod", "Reject displaced", "Execute"));
    bed.eventually(() ->
        assertThat(bed.events("agent"))
            .anyMatch(event -> event.contains("needs the slot of " + bed.namespace + "/agent")));
    bed.awaitVerifiedLog();
  }

  @Test
  void whoIsRefusedTwentyTimesInAnHourIsNotHeardUntilItEnds() {
    bed.converged("agent", "maxMemory: 256Mi, agentIntents: Auto");
    KubernetesClient agent = server.clientForServiceAccount(bed.namespace, "agent");
    String self = Users.self(agent);
    for (int i = 0; i < RefusalCount.MAX_RECORDED + 1; i++) {
      String nonsense = "nonsense " + i;
      bed.eventually(() -> bed.intents.submit(agent, "agent", nonsense, self, "llm"));
      bed.intents.awaitNone("agent");
    }
    bed.eventually(() -> {
      assertThat(bed.ops("agent").llmSlot()).isEqualTo(LlmSlot.Shut);
      assertThat(bed.story("agent"))
          .hasSize(RefusalCount.MAX_RECORDED + 1)
          .last()
          .isEqualTo("Silenced");
    });

    assertThatThrownBy(() -> bed.intents.submit(agent, "agent", "nonsense", self, "llm"))
        .hasMessageContaining("k8s4claw-intent-author")
        .hasMessageContaining("status.ops.llmSlot is Shut");
    Pod old = bed.pod("agent", pod -> true);
    bed.intents.submit("agent", Intents.of("restart-pod", "{\"pod\":\"agent-0\"}", now()));
    bed.podOtherThan("agent", old);
    bed.intents.awaitNone("agent");
    clock.forward(Duration.ofHours(1));
    operator.trigger().one(bed.namespace, "agent");

    bed.eventually(() -> assertThat(bed.ops("agent").llmSlot()).isNull());
    bed.intents.submit(agent, "agent", "nonsense", self, "llm");
    // Not the last: the restart ends at about the same time.
    bed.eventually(() ->
        assertThat(bed.story("agent"))
            .filteredOn("Reject malformed"::equals)
            .hasSize(RefusalCount.MAX_RECORDED + 1));
    bed.eventually(() ->
        assertThat(bed.events("agent"))
            .anyMatch(event -> event.startsWith("OpsSlotShut: 20 intents were refused")));
    bed.awaitVerifiedLog();
  }

  private void flood(KubernetesClient agent, AtomicInteger sent, AtomicBoolean stop) {
    String self = Users.self(agent);
    for (int i = 0; !stop.get(); i++) {
      try {
        bed.intents.submit(
            agent,
            "agent",
            Intents.of("restart-pod", "{\"pod\":\"agent-0\"}", FAR - i),
            self,
            "llm");
        sent.incrementAndGet();
      } catch (KubernetesClientException refused) {
        // The slot is taken, or shut: it tries again, as fast as it can.
        assertThat(refused.getCode()).isBetween(400, 499);
      }
    }
  }

  private long now() {
    return Math.max(clock.millis(), Instant.now().toEpochMilli());
  }
}
