package ai.prismer.claw.cli;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A node whose kubelet is a test's own, and on it the pods that the operator would make. */
final class AgentNode implements AutoCloseable {
  private final ApiServer server;
  private final String namespace;
  private final String name;

  /** Registers it; its kubelet listens on this port of 127.0.0.1. */
  AgentNode(ApiServer server, String namespace, int kubelet) {
    this.server = server;
    this.namespace = namespace;
    this.name = "node-of-" + namespace;
    server
        .admin()
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewStatus()
                .addNewAddress("127.0.0.1", "InternalIP")
                .withNewDaemonEndpoints()
                .withNewKubeletEndpoint(kubelet)
                .endDaemonEndpoints()
                .endStatus()
                .build())
        .create();
  }

  /** The pod of a Claw, as far as the verbs look at it, with these init containers, as YAML. */
  Pod pod(String claw, String initContainers) {
    server.apply(
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: %1$s, namespace: %2$s, ownerReferences: [%3$s]}
        spec:
          serviceName: %1$s
          selector: {matchLabels: {app.kubernetes.io/instance: %1$s}}
          template:
            metadata: {labels: {app.kubernetes.io/instance: %1$s}}
            spec:
              nodeName: %4$s
              initContainers: %5$s
              containers: [{name: runtime, image: x}]
        """
            .formatted(claw, namespace, owner(claw), name, initContainers));
    return Objects.requireNonNull(
        server
            .admin()
            .pods()
            .inNamespace(namespace)
            .withName(claw + "-0")
            .waitUntilCondition(Objects::nonNull, 60, TimeUnit.SECONDS));
  }

  /** An owner reference to a Claw, as YAML: what is the Claw's own has it. */
  String owner(String claw) {
    String uid =
        server
            .admin()
            .resources(Claw.class)
            .inNamespace(namespace)
            .withName(claw)
            .get()
            .getMetadata()
            .getUid();
    return "{apiVersion: claw.prismer.ai/v1alpha1, kind: Claw, name: %s, uid: %s, controller: true}"
        .formatted(claw, uid);
  }

  @Override
  public void close() {
    server.admin().nodes().withName(name).delete();
  }
}
