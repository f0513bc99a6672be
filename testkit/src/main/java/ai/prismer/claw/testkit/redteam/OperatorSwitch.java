package ai.prismer.claw.testkit.redteam;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;

/** Takes the operator away and brings it back, as an administrator would: by its Deployment. */
final class OperatorSwitch {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final KubernetesClient administrator;
  private final String namespace;
  private final String deployment;
  private final int replicas;

  OperatorSwitch(KubernetesClient administrator, String namespace, String deployment) {
    this.administrator = administrator;
    this.namespace = namespace;
    this.deployment = deployment;
    this.replicas = Math.max(1, present());
  }

  private int present() {
    var found =
        administrator.apps().deployments().inNamespace(namespace).withName(deployment).get();
    if (found == null) {
      throw new IllegalStateException(
          "there is no Deployment " + namespace + "/" + deployment + "; run make deploy first");
    }
    return found.getSpec().getReplicas();
  }

  /** Scales it to zero and waits until no pod of it is left. */
  void off() {
    scale(0);
    Patience.await(
        "the operator to be gone",
        PATIENCE,
        () ->
            administrator
                .pods()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/component", "operator")
                .list()
                .getItems()
                .isEmpty());
  }

  /** Scales it back; returns at once. */
  void on() {
    scale(replicas);
  }

  /** Waits until it is ready. */
  void awaitReady() {
    Patience.await(
        "the operator to be ready",
        PATIENCE,
        () -> {
          var status =
              administrator
                  .apps()
                  .deployments()
                  .inNamespace(namespace)
                  .withName(deployment)
                  .get()
                  .getStatus();
          return status.getReadyReplicas() != null && status.getReadyReplicas() == replicas;
        });
  }

  private void scale(int to) {
    administrator.apps().deployments().inNamespace(namespace).withName(deployment).scale(to);
  }
}
