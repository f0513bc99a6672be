package ai.prismer.claw.testkit.attack;

import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

/**
 * A Claw with {@code agentIntents: Auto} and everything an operator would have made for it, without
 * an operator: what the API server refuses, it refuses alone.
 */
final class Prey {
  private static final String CLAW = "prey";

  private final Target target;
  private final Identities identities;

  Prey(ApiServer server, InstalledChart chart) {
    String namespace = server.namespace();
    target =
        new Target(
            namespace,
            CLAW,
            "system:serviceaccount:" + namespace + ":" + CLAW,
            "bystander",
            chart.namespace(),
            chart.operatorUser(),
            Users.self(server.admin()),
            System.currentTimeMillis());
    KubernetesClient operator = chart.operator();
    People.create(server.admin(), namespace);
    create(server.admin(), CLAWS);
    create(operator, CHILDREN);
    identities = new Identities(server.adminConfig(), target);
    Cases.create(identities, target, uid(server.admin()));
  }

  private String uid(KubernetesClient administrator) {
    return administrator
        .genericKubernetesResources("claw.prismer.ai/v1alpha1", "Claw")
        .inNamespace(target.namespace())
        .withName(CLAW)
        .get()
        .getMetadata()
        .getUid();
  }

  Target target() {
    return target.at(System.currentTimeMillis());
  }

  KubernetesClient as(Attack.Identity identity) {
    return identities.apply(identity);
  }

  Answer send(Attack.Identity identity, Call call) {
    return Answer.to(call, as(identity));
  }

  private void create(KubernetesClient by, String yaml) {
    String filled = yaml.replace("NS", target.namespace());
    by.load(new ByteArrayInputStream(filled.getBytes(StandardCharsets.UTF_8)))
        .items()
        .forEach(item -> by.resource(item).inNamespace(target.namespace()).create());
  }

  private static final String CLAWS =
      """
      apiVersion: claw.prismer.ai/v1alpha1
      kind: Claw
      metadata: {name: prey, namespace: NS, finalizers: [claw.prismer.ai/cleanup]}
      spec: {runtime: openclaw, ops: {agentIntents: Auto}, resources: {limits: {memory: 1Gi}}}
      ---
      apiVersion: claw.prismer.ai/v1alpha1
      kind: Claw
      metadata: {name: bystander, namespace: NS}
      spec: {runtime: openclaw}
      """;

  private static final String CHILDREN =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: prey, namespace: NS}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: prey, namespace: NS}
      rules: [{apiGroups: [claw.prismer.ai], resources: [claws], resourceNames: [prey], verbs: [get, patch]}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: prey, namespace: NS}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: prey}
      subjects: [{kind: ServiceAccount, name: prey, namespace: NS}]
      """;
}
