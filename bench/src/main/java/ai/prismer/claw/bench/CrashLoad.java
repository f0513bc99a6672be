package ai.prismer.claw.bench;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.rule.SignalType;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * Keeps a fleet of Claws busy: a person restarts pods and rolls workloads, the kernel kills for
 * want of memory, one thing at a time for each Claw. What the API server took is entered into a
 * book that no operator can write to.
 */
final class CrashLoad {
  /** Well below the budget of an hour: a refusal would be a fault. */
  private static final int MOST_ASKED = 15;

  /** Agents that wait for their heal: far fewer than would count as an outbreak. */
  private static final int MOST_SICK = 3;

  private final KubernetesClient admin;
  private final Fleet fleet;
  private final Kubelet kubelet;
  private final String namespace;
  private final String self;
  private final Random random;

  /** By name of the Claw: the generations of the intents that the API server took. */
  private final Map<String, List<Long>> asked = new HashMap<>();

  /** By name of the Claw: the pod that was killed once, until it has been killed again. */
  private final Map<String, Pod> killedOnce = new HashMap<>();

  private final Set<String> killed = new HashSet<>();
  private int sick;

  CrashLoad(KubernetesClient admin, Fleet fleet, Kubelet kubelet, String namespace, Random random) {
    this.admin = admin;
    this.fleet = fleet;
    this.kubelet = kubelet;
    this.namespace = namespace;
    this.random = random;
    this.self =
        admin.resource(new SelfSubjectReview()).create().getStatus().getUserInfo().getUsername();
  }

  /** The generations of the intents that the API server took for this Claw. */
  List<Long> asked(String name) {
    return asked.getOrDefault(name, List.of());
  }

  /** Whether its pod has been killed twice, so that a rule must have healed it, once. */
  boolean mustHeal(String name) {
    return killed.contains(name) && !killedOnce.containsKey(name);
  }

  /** Gives some of the Claws that have nothing to do something to do. */
  void more() {
    List<Claw> claws = new ArrayList<>(fleet.claws(namespace));
    Collections.shuffle(claws, random);
    sick = (int) claws.stream().filter(this::isSick).count();
    for (Claw claw : claws) {
      try {
        next(claw);
      } catch (KubernetesClientException refused) {
        // Somebody was faster: the slot is taken or the pod is gone. Nothing was entered.
      }
    }
  }

  /** Second kills that are still to come; without them a pod would stay as it is for ever. */
  void finish() {
    for (Claw claw : fleet.claws(namespace)) {
      secondKill(claw);
    }
  }

  /** What is under way or owed, a line for each Claw; empty when all is done. */
  List<String> owed() {
    return fleet.claws(namespace).stream()
        .filter(claw -> killedOnce.containsKey(claw.getMetadata().getName()) || !isIdle(claw))
        .map(claw ->
            "%s: killed once %s, twice %s, annotations %s, %s"
                .formatted(
                    claw.getMetadata().getName(),
                    killedOnce.containsKey(claw.getMetadata().getName()),
                    mustHeal(claw.getMetadata().getName()),
                    claw.getMetadata().getAnnotations(),
                    ops(claw)))
        .toList();
  }

  private void next(Claw claw) {
    String name = claw.getMetadata().getName();
    if (killedOnce.containsKey(name)) {
      secondKill(claw);
    } else if (isIdle(claw)) {
      int dice = random.nextInt(10);
      if (dice < 2) {
        firstKill(name);
      } else if (dice < 8) {
        if (random.nextInt(3) == 0) {
          ask(claw, "rollout-restart", "{}");
        } else {
          ask(claw, "restart-pod", "{\"pod\":\"" + name + "-0\"}");
        }
      }
    }
  }

  private boolean isIdle(Claw claw) {
    String name = claw.getMetadata().getName();
    OpsStatus ops = ops(claw);
    var annotations = claw.getMetadata().getAnnotations();
    boolean pending = annotations != null && annotations.containsKey(Keys.INTENT);
    boolean healing = mustHeal(name) && isSick(claw);
    return !pending && !healing && ops.inFlight() == null && ops.outbox() == null;
  }

  /** Killed, and not healed yet. */
  private boolean isSick(Claw claw) {
    return killed.contains(claw.getMetadata().getName()) && ops(claw).adjustments() == null;
  }

  private void firstKill(String name) {
    if (sick < MOST_SICK && !killed.contains(name)) {
      Pod pod = kubelet.pod(key(name));
      fleet.kill(pod, 1);
      sick++;
      killed.add(name);
      killedOnce.put(name, pod);
    }
  }

  /** Once the first one is stored: a kubelet tells only of the last. */
  private void secondKill(Claw claw) {
    String name = claw.getMetadata().getName();
    Pod pod = killedOnce.get(name);
    if (pod != null && isTold(claw)) {
      fleet.kill(pod, 2);
      killedOnce.remove(name);
    }
  }

  /** Whether an operator has stored the kill; another signal says nothing of it. */
  private static boolean isTold(Claw claw) {
    return Objects.requireNonNullElse(ops(claw).recentSignals(), List.<SignalRecord>of()).stream()
        .anyMatch(signal -> SignalType.OOM_KILLED.id().equals(signal.type()));
  }

  private void ask(Claw claw, String action, String params) {
    String name = claw.getMetadata().getName();
    List<Long> book = asked.computeIfAbsent(name, _ -> new ArrayList<>());
    if (book.size() >= MOST_ASKED) {
      return;
    }
    Long mark = ops(claw).lastIntentGeneration();
    long generation = Math.max(System.currentTimeMillis(), mark == null ? 1 : mark + 1);
    String intent =
        "{\"action\":\"%s\",\"params\":%s,\"generation\":%d,\"source\":\"crash\"}"
            .formatted(action, params, generation);
    admin
        .resources(Claw.class)
        .inNamespace(namespace)
        .withName(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            admin
                .getKubernetesSerialization()
                .asJson(
                    Map.of(
                        "metadata",
                        Map.of(
                            "resourceVersion",
                            claw.getMetadata().getResourceVersion(),
                            "annotations",
                            Map.of(
                                Keys.INTENT, intent,
                                Keys.INTENT_BY, self,
                                Keys.INTENT_CLASS, "manager")))));
    book.add(generation);
  }

  private String key(String name) {
    return namespace + "/" + name;
  }

  private static OpsStatus ops(Claw claw) {
    return claw.getStatus() == null
        ? OpsStatus.EMPTY
        : Objects.requireNonNullElse(claw.getStatus().ops(), OpsStatus.EMPTY);
  }
}
