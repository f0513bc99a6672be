package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.testkit.attack.Users;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.util.Map;

/** What is asked of the Claws of a bed, by whoever may. */
final class Intents {
  private final HealingBed bed;

  Intents(HealingBed bed) {
    this.bed = bed;
  }

  /** One, as JSON; the parameters are JSON too. */
  static String of(String action, String params, long generation) {
    return "{\"action\":\"%s\",\"params\":%s,\"generation\":%d,\"source\":\"test\"}"
        .formatted(action, params, generation);
  }

  /** Submits an intent as this client. */
  void submit(KubernetesClient author, String name, String intent, String by, String authorClass) {
    author
        .resources(Claw.class)
        .inNamespace(bed.namespace)
        .withName(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            author
                .getKubernetesSerialization()
                .asJson(
                    Map.of(
                        "metadata",
                        Map.of(
                            "annotations",
                            Map.of(
                                Keys.INTENT, intent,
                                Keys.INTENT_BY, by,
                                Keys.INTENT_CLASS, authorClass)))));
  }

  /** Submits an intent as the administrator, who holds manage. */
  void submit(String name, String intent) {
    submit(bed.admin, name, intent, Users.self(bed.admin), "manager");
  }

  /** Waits until whoever holds the slot has been answered. */
  void awaitNone(String name) {
    bed.eventually(() ->
        assertThat(bed.claw(name).getMetadata().getAnnotations())
            .doesNotContainKeys(Keys.INTENT, Keys.INTENT_BY, Keys.INTENT_CLASS));
  }

  /** Asks as the agent of this Claw, once it may. */
  void askAsAgent(String name, String action, String params, Clock clock) {
    KubernetesClient agent = bed.server.clientForServiceAccount(bed.namespace, name);
    bed.eventually(
        () -> submit(agent, name, of(action, params, clock.millis()), Users.self(agent), "llm"));
  }
}
