package ai.prismer.claw.operator.confinement;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.operator.model.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.util.List;

/**
 * Everything an agent is ever granted: to read and patch its own Claw, by name. What of the patch
 * is allowed, the admission policies say.
 */
final class AgentRights {
  private static final String RBAC = "rbac.authorization.k8s.io";

  private AgentRights() {}

  /** Role and RoleBinding of the account of the Claw's pod. */
  static List<HasMetadata> of(Claw claw) {
    return List.of(role(claw), binding(claw));
  }

  private static Role role(Claw claw) {
    return new RoleBuilder()
        .withNewMetadata()
        .withName(Names.agentRole(claw))
        .withNamespace(claw.getMetadata().getNamespace())
        .endMetadata()
        .addNewRule()
        .withApiGroups(Keys.GROUP)
        .withResources("claws")
        .withResourceNames(claw.getMetadata().getName())
        .withVerbs("get", "patch")
        .endRule()
        .build();
  }

  private static RoleBinding binding(Claw claw) {
    String namespace = claw.getMetadata().getNamespace();
    return new RoleBindingBuilder()
        .withNewMetadata()
        .withName(Names.agentRole(claw))
        .withNamespace(namespace)
        .endMetadata()
        .withNewRoleRef()
        .withApiGroup(RBAC)
        .withKind("Role")
        .withName(Names.agentRole(claw))
        .endRoleRef()
        .addNewSubject()
        .withKind("ServiceAccount")
        .withNamespace(namespace)
        .withName(Names.serviceAccount(claw))
        .endSubject()
        .build();
  }
}
