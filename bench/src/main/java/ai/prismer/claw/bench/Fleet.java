package ai.prismer.claw.bench;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.SignalRecord;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Many Claws on an API server without a kubelet, and the words of the kubelet it has not. */
final class Fleet {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration OFTEN = Duration.ofMillis(5);
  private static final Duration SELDOM = Duration.ofMillis(500);

  private final KubernetesClient admin;

  /** When a runtime was killed, by its container's id: told of again it is still the same kill. */
  private final Map<String, String> killedAt = new ConcurrentHashMap<>();

  Fleet(KubernetesClient admin) {
    this.admin = admin;
  }

  void namespace(String name) {
    admin
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  static String name(int number) {
    return "agent-" + number;
  }

  /** Makes Claws of these numbers. */
  void create(String namespace, int from, int count) {
    for (int number = from; number < from + count; number++) {
      admin
          .resource(
              Serialization.unmarshal(
                  """
                  apiVersion: claw.prismer.ai/v1alpha1
                  kind: Claw
                  metadata: {name: %s}
                  spec:
                    runtime: openclaw
                    config: {model: some-model}
                    resources: {requests: {memory: 64Mi}, limits: {memory: 64Mi}}
                    ops: {maxMemory: 1Gi, verifyWindow: 30s, budgetPerHour: 20}
                  """
                      .formatted(name(number)),
                  Claw.class))
          .inNamespace(namespace)
          .create();
    }
  }

  List<Claw> claws(String namespace) {
    return admin.resources(Claw.class).inNamespace(namespace).list().getItems();
  }

  /** How many Claws of all namespaces the operator has brought to where their specs want them. */
  long converged() {
    return admin.resources(Claw.class).inAnyNamespace().list().getItems().stream()
        .filter(Fleet::isConverged)
        .count();
  }

  long converged(String namespace) {
    return claws(namespace).stream().filter(Fleet::isConverged).count();
  }

  private static boolean isConverged(Claw claw) {
    return claw.getStatus() != null
        && Objects.equals(
            claw.getStatus().observedGeneration(), claw.getMetadata().getGeneration());
  }

  @Nullable Pod pod(String namespace, String claw) {
    return admin.pods().inNamespace(namespace).withName(claw + "-0").get();
  }

  int signals(String namespace, String name) {
    return signals(
        Objects.requireNonNull(
            admin.resources(Claw.class).inNamespace(namespace).withName(name).get()));
  }

  /** Signals of all Claws. */
  int signals() {
    return admin.resources(Claw.class).inAnyNamespace().list().getItems().stream()
        .mapToInt(Fleet::signals)
        .sum();
  }

  /** How many signals go on, in the statuses of all Claws. */
  int openSignals() {
    return (int)
        admin.resources(Claw.class).inAnyNamespace().list().getItems().stream()
            .flatMap(claw -> recent(claw).stream())
            .filter(SignalRecord::open)
            .count();
  }

  private static int signals(Claw claw) {
    return recent(claw).size();
  }

  private static List<SignalRecord> recent(Claw claw) {
    var ops = claw.getStatus() == null ? null : claw.getStatus().ops();
    return ops == null || ops.recentSignals() == null ? List.of() : ops.recentSignals();
  }

  /**
   * All of the pod's containers have ended. Where no time to end is left, the API server removes
   * the pod with this update, as it would with any other. It refuses it for a successor of that
   * name.
   */
  void ended(Pod pod) {
    admin
        .pods()
        .resource(
            new PodBuilder(pod)
                .editMetadata()
                .withResourceVersion(null)
                .endMetadata()
                .editOrNewStatus()
                .withPhase("Succeeded")
                .endStatus()
                .build())
        .patchStatus();
  }

  /** The kernel has killed the pod's runtime for the n-th time. */
  void kill(Pod pod, int times) {
    status(
        pod,
        false,
        killed(pod, times)
            .withNewState()
            .withNewWaiting()
            .withReason("CrashLoopBackOff")
            .endWaiting()
            .endState());
  }

  /** The pod runs and is ready. */
  void ready(Pod pod) {
    status(
        pod,
        true,
        container(pod, 0).withReady(true).withNewState().withNewRunning().endRunning().endState());
  }

  /** The runtime runs again, after so many kills; the last one is still told of. */
  void recovered(Pod pod, int times) {
    status(
        pod,
        true,
        killed(pod, times)
            .withContainerID("containerd://" + pod.getMetadata().getUid() + "after" + times)
            .withReady(true)
            .withNewState()
            .withNewRunning()
            .endRunning()
            .endState());
  }

  private ContainerStatusBuilder killed(Pod pod, int times) {
    String id = "containerd://" + pod.getMetadata().getUid() + times;
    String at = killedAt.computeIfAbsent(id, _ -> Instant.now().toString());
    return container(pod, times)
        .withNewLastState()
        .withNewTerminated()
        .withReason("OOMKilled")
        .withExitCode(137)
        .withContainerID(id)
        .withStartedAt(at)
        .withFinishedAt(at)
        .endTerminated()
        .endLastState();
  }

  private static ContainerStatusBuilder container(Pod pod, int times) {
    return new ContainerStatusBuilder()
        .withName(Keys.RUNTIME_CONTAINER)
        .withImage("image")
        .withImageID("image")
        .withContainerID("containerd://" + pod.getMetadata().getUid() + times)
        .withReady(false)
        .withRestartCount(times);
  }

  private void status(Pod pod, boolean ready, ContainerStatusBuilder container) {
    admin
        .pods()
        .resource(
            new PodBuilder(pod)
                .editOrNewMetadata()
                .withResourceVersion(null)
                .endMetadata()
                .editOrNewStatus()
                .withPhase("Running")
                .withConditions()
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .endCondition()
                .withContainerStatuses(container.build())
                .endStatus()
                .build())
        .patchStatus();
  }

  /** Waits for something, for at most five minutes. */
  static void await(String what, Callable<Boolean> condition) throws Exception {
    await(what, PATIENCE, condition);
  }

  /** Waits for something that costs nothing to look at. */
  static void await(String what, Duration patience, Callable<Boolean> condition) throws Exception {
    await(what, patience, OFTEN, condition);
  }

  /** Waits for something that the API server must list, which has better to do meanwhile. */
  static void awaitListed(String what, Callable<Boolean> condition) throws Exception {
    await(what, PATIENCE, SELDOM, condition);
  }

  private static void await(
      String what, Duration patience, Duration pause, Callable<Boolean> condition)
      throws Exception {
    long until = System.nanoTime() + patience.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("waited in vain for " + what);
      }
      Thread.sleep(pause);
    }
  }

  /** A condition that holds once these seconds have gone by. */
  static Callable<Boolean> after(int seconds) {
    long until = System.nanoTime() + seconds * 1_000_000_000L;
    return () -> System.nanoTime() >= until;
  }
}
