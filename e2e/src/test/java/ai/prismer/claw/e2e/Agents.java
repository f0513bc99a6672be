package ai.prismer.claw.e2e;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** The Claws that the tests run, and waiting for what becomes of them. */
final class Agents {
  private final KubernetesClient client;
  private final String namespace;

  Agents(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** An agent that needs the given megabytes and has the given limit, in mebibytes. */
  Claw hog(String name, int needs, int limit, String ops) {
    return create(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: %s}
        spec:
          runtime: custom
          customRuntime:
            image: %s
            args: ["%d", "1"]
            ports: [{name: gateway, containerPort: 8080}]
            healthProbe: {httpGet: {path: /health, port: 8080}, periodSeconds: 5}
            readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 1}
            gracefulShutdownSeconds: 5
            resources:
              requests: {cpu: 10m, memory: 16Mi}
              limits: {memory: %dMi}
          ops: %s
        """
            .formatted(name, Node.image("hog"), needs, limit, ops));
  }

  Claw create(String yaml) {
    return client
        .resource(Serialization.unmarshal(yaml, Claw.class))
        .inNamespace(namespace)
        .create();
  }

  Claw get(String name) {
    return Objects.requireNonNull(
        client.resources(Claw.class).inNamespace(namespace).withName(name).get());
  }

  Pod pod(String claw) {
    return Objects.requireNonNull(client.pods().inNamespace(namespace).withName(claw + "-0").get());
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
