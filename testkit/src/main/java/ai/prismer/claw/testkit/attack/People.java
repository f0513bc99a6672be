package ai.prismer.claw.testkit.attack;

import ai.prismer.claw.testkit.attack.Attack.Identity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Accounts with some rights in one namespace; they stand for people and companions, and have
 * tokens.
 */
public final class People {
  /** Who is made. */
  public static final List<Identity> ALL =
      List.of(Identity.OWNER, Identity.EDITOR, Identity.COMPANION, Identity.APPROVER);

  private static final String YAML =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: owner}
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: editor}
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: companion}
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: approver}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: companion}
      rules:
        - apiGroups: [claw.prismer.ai]
          resources: [claws]
          verbs: [get, list, watch, patch, analyze]
        - apiGroups: [claw.prismer.ai]
          resources: [clawopsescalations]
          verbs: [get, list, watch]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: companion}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: companion}
      subjects: [{kind: ServiceAccount, name: companion, namespace: NS}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: approver}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: claw-approver}
      subjects: [{kind: ServiceAccount, name: approver, namespace: NS}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: owner}
      rules: [{apiGroups: [claw.prismer.ai], resources: ["*"], verbs: ["*"]}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: editor}
      rules:
        - apiGroups: [claw.prismer.ai]
          resources: ["*"]
          verbs: [get, list, watch, create, update, patch, delete, deletecollection]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: owner}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: owner}
      subjects: [{kind: ServiceAccount, name: owner, namespace: NS}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: editor}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: editor}
      subjects: [{kind: ServiceAccount, name: editor, namespace: NS}]
      """;

  private People() {}

  /** Makes the accounts and what they may do. */
  public static void create(KubernetesClient administrator, String namespace) {
    String filled = YAML.replace("NS", namespace);
    administrator
        .load(new ByteArrayInputStream(filled.getBytes(StandardCharsets.UTF_8)))
        .items()
        .forEach(item -> administrator.resource(item).inNamespace(namespace).create());
  }

  /** Name of the ServiceAccount. */
  public static String account(Identity identity) {
    if (!ALL.contains(identity)) {
      throw new IllegalArgumentException(identity + " is no account of a namespace");
    }
    return identity.name().toLowerCase(Locale.ROOT);
  }
}
