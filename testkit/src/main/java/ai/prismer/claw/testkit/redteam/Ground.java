package ai.prismer.claw.testkit.redteam;

import ai.prismer.claw.testkit.attack.People;
import ai.prismer.claw.testkit.attack.Target;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A namespace with people and with agents that may ask, all of it running for real. */
final class Ground {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final KubernetesClient administrator;
  private final String namespace;
  private final Options options;
  private final String self;

  Ground(KubernetesClient administrator, Options options, String self) {
    this.administrator = administrator;
    this.namespace = options.namespace();
    this.options = options;
    this.self = self;
  }

  /** Makes the namespace and its people. */
  void prepare() {
    administrator
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    People.create(administrator, namespace);
  }

  /** Takes the namespace away, with everything in it. */
  void clear() {
    administrator.namespaces().withName(namespace).delete();
  }

  /** Makes Claws whose agents may ask; {@link #awaitArmed} waits for them. */
  List<Target> claws(List<String> names) {
    return names.stream().map(this::claw).toList();
  }

  /** Makes a Claw of the first-party gateway; its model is never asked. */
  Target gateway(String name) {
    administrator
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("keys")
                .endMetadata()
                .addToStringData("OPENAI_API_KEY", "none")
                .build())
        .inNamespace(namespace)
        .create();
    return create(
        name,
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: %s}
        spec:
          runtime: openclaw
          config: {model: openai/never-asked}
          credentials: {secretRef: {name: keys}}
          resources: {requests: {cpu: 50m, memory: 128Mi}, limits: {memory: 256Mi}}
          ops: {agentIntents: Auto, maxMemory: 1Gi, verifyWindow: 30s}
        """
            .formatted(name));
  }

  private Target claw(String name) {
    return create(
        name,
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: %s}
        spec:
          runtime: custom
          customRuntime:
            image: %s
            args: ["4", "1"]
            ports: [{name: gateway, containerPort: 8080}]
            healthProbe: {httpGet: {path: /health, port: 8080}, periodSeconds: 20}
            readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 5}
            gracefulShutdownSeconds: 1
            resources:
              requests: {cpu: 5m, memory: 16Mi}
              limits: {cpu: 100m, memory: 32Mi}
          ops: {agentIntents: Auto, maxMemory: 256Mi, verifyWindow: 30s}
        """
            .formatted(name, options.image()));
  }

  private Target create(String name, String yaml) {
    administrator
        .resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
        .inNamespace(namespace)
        .create();
    return new Target(
        namespace,
        name,
        "system:serviceaccount:" + namespace + ":" + name,
        name + "-other",
        options.operatorNamespace(),
        "system:serviceaccount:" + options.operatorNamespace() + ":" + options.operatorAccount(),
        self,
        System.currentTimeMillis());
  }

  /** Waits until the agent runs, has its Role, and everything about it is at rest. */
  void awaitArmed(Target target) {
    Patience.await(
        "agent " + target.claw() + " to run and to have its Role",
        PATIENCE,
        () ->
            conditions(target).containsAll(List.of("Ready", "ConfinementEnforced"))
                && hasRole(target));
  }

  private boolean hasRole(Target target) {
    return administrator.rbac().roles().inNamespace(namespace).withName(target.claw()).get()
        != null;
  }

  /** UID of a Claw. */
  String uid(Target target) {
    return claw(target).getMetadata().getUid();
  }

  private GenericKubernetesResource claw(Target target) {
    return administrator
        .genericKubernetesResources("claw.prismer.ai/v1alpha1", "Claw")
        .inNamespace(namespace)
        .withName(target.claw())
        .get();
  }

  /** Types of the conditions that are True. */
  private List<String> conditions(Target target) {
    GenericKubernetesResource claw = claw(target);
    List<Map<String, Object>> conditions = claw.get("status", "conditions");
    return conditions == null
        ? List.of()
        : conditions.stream()
            .filter(condition -> "True".equals(condition.get("status")))
            .map(condition -> String.valueOf(condition.get("type")))
            .toList();
  }
}
