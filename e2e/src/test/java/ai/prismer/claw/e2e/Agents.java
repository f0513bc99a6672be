package ai.prismer.claw.e2e;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.Condition;
import ai.prismer.claw.testkit.attack.Users;
import ai.prismer.claw.testkit.model.ScriptedModel;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The Claws that the tests run, and waiting for what becomes of them. */
final class Agents {
  private final KubernetesClient client;
  private final String namespace;

  Agents(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  String namespace() {
    return namespace;
  }

  /** Whether it is ready and no action is under way. */
  static boolean isIdle(Claw claw) {
    return isTrue(claw, "Ready")
        && (claw.getStatus().ops() == null || claw.getStatus().ops().inFlight() == null);
  }

  /** An agent that needs the given megabytes and has the given limit, in mebibytes. */
  Claw hog(String name, int needs, int limit, String ops) {
    return hog(name, needs, "{cpu: 10m, memory: 16Mi}", "{memory: " + limit + "Mi}", ops);
  }

  /** The same, with a request as large as the limit: its pod is of the class Guaranteed. */
  Claw guaranteedHog(String name, int needs, int limit, String ops) {
    String both = "{cpu: 100m, memory: " + limit + "Mi}";
    return hog(name, needs, both, both, ops);
  }

  /** An agent with these requests and limits, as YAML. */
  Claw hog(String name, int needs, String requests, String limits, String ops) {
    return create(
        name,
        """
        runtime: custom
        customRuntime:
          image: %s
          args: ["%d", "1"]
          ports: [{name: gateway, containerPort: 8080}]
          healthProbe: {httpGet: {path: /health, port: 8080}, periodSeconds: 5}
          readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 1}
          gracefulShutdownSeconds: 5
          resources:
            requests: %s
            limits: %s
        ops: %s
        """
            .formatted(Node.image("hog"), needs, requests, limits, ops));
  }

  /** A spec, as YAML: the runtime openclaw, asking this model with the key in the Secret keys. */
  static String openClaw(ScriptedModel model) {
    return """
    runtime: openclaw
    config: {model: openai/scripted, environment: {OPENAI_BASE_URL: "%s"}}
    credentials: {secretRef: {name: keys}}
    resources: {requests: {cpu: 50m, memory: 128Mi}, limits: {memory: 256Mi}}
    security: {networkPolicy: {allowedEgressCIDRs: ["%s/32"]}}
    """
        .formatted(model.openAiUrl(), model.url().getHost());
  }

  /** A Claw with this spec, as YAML. */
  Claw create(String name, String spec) {
    String yaml =
        "apiVersion: claw.prismer.ai/v1alpha1\nkind: Claw\nmetadata: {name: %s}\nspec:\n%s"
            .formatted(name, spec.indent(2));
    return client
        .resource(Serialization.unmarshal(yaml, Claw.class))
        .inNamespace(namespace)
        .create();
  }

  /** Submits an intent as the cluster administrator, who holds manage. */
  void ask(String name, String action, String params) {
    String intent =
        "{\"action\":\"%s\",\"params\":%s,\"generation\":%d,\"source\":\"test\"}"
            .formatted(action, params, System.currentTimeMillis());
    client
        .resource(get(name))
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            client
                .getKubernetesSerialization()
                .asJson(
                    Map.of(
                        "metadata",
                        Map.of(
                            "annotations",
                            Map.of(
                                Keys.INTENT,
                                intent,
                                Keys.INTENT_BY,
                                Users.self(client),
                                Keys.INTENT_CLASS,
                                "manager")))));
  }

  /** Waits until an action has ended. */
  Claw awaitResult(String name) {
    return await(
        name,
        Duration.ofMinutes(6),
        claw ->
            claw.getStatus().ops().lastResult() != null
                && claw.getStatus().ops().inFlight() == null);
  }

  Claw get(String name) {
    return Objects.requireNonNull(
        client.resources(Claw.class).inNamespace(namespace).withName(name).get());
  }

  Pod pod(String claw) {
    return Objects.requireNonNull(client.pods().inNamespace(namespace).withName(claw + "-0").get());
  }

  /**
   * As the kernel would: SIGKILL to every process of a container, once it runs and is ready.
   *
   * @param patience how long it may take to be ready
   */
  void kill(String claw, String container, Duration patience) {
    Awaitility.await(container + " of " + claw + " is killed")
        .atMost(patience)
        .ignoreExceptions()
        .until(() -> isKilled(pod(claw), container));
  }

  /** False if there is nothing to kill: what is said of a pod is behind what is. */
  private static boolean isKilled(Pod pod, String container) {
    String id = runningId(pod, container);
    boolean killed = false;
    if (id != null) {
      for (long process : Cgroups.processes(pod.getMetadata().getUid(), id)) {
        killed |= ProcessHandle.of(process).map(ProcessHandle::destroyForcibly).orElse(false);
      }
    }
    return killed;
  }

  private static @Nullable String runningId(Pod pod, String container) {
    return Stream.concat(
            pod.getStatus().getContainerStatuses().stream(),
            pod.getStatus().getInitContainerStatuses().stream())
        .filter(status -> status.getName().equals(container))
        .filter(status -> status.getState().getRunning() != null && status.getReady())
        .map(ContainerStatus::getContainerID)
        .findFirst()
        .orElse(null);
  }

  /** Waits until the Claw is as wanted; a failure shows the whole Claw. */
  Claw await(String name, Duration atMost, Predicate<Claw> wanted) {
    return Awaitility.await(name)
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(250))
        .ignoreExceptions()
        .until(() -> get(name), wanted);
  }

  Claw awaitRunning(String name) {
    return await(
        name, Duration.ofMinutes(2), claw -> isTrue(claw, "Ready") && observedItsSpec(claw));
  }

  static boolean isTrue(Claw claw, String condition) {
    List<Condition> conditions = claw.getStatus() == null ? null : claw.getStatus().conditions();
    return conditions != null
        && conditions.stream()
            .anyMatch(found -> found.type().equals(condition) && found.status().equals("True"));
  }

  private static boolean observedItsSpec(Claw claw) {
    return claw.getMetadata().getGeneration().equals(claw.getStatus().observedGeneration());
  }
}
