package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.rules.Violation;
import ai.prismer.claw.contract.Gateway;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** From a Claw to the objects it becomes. */
public final class Children {

  private Children() {}

  /** A child that may exist, by kind and name. */
  public record Slot(Class<? extends HasMetadata> kind, String name) {}

  /**
   * The objects a Claw becomes, in the order in which they are made: the workload comes last, so
   * that no pod starts before its policy, its account and its configuration exist.
   *
   * @param extra objects that another room made; they get labels and owner of a child
   */
  public static List<HasMetadata> of(
      Claw claw, Circumstances circumstances, List<HasMetadata> extra) {
    RuntimeProfile profile = RuntimeProfile.of(claw, circumstances.openclawImage());
    List<HasMetadata> children = new ArrayList<>();
    if (Defaulting.networkPolicyEnabled(claw.getSpec())) {
      children.add(NetworkModel.policy(claw, profile, circumstances));
    }
    if (ownAccount(claw)) {
      children.add(WorkloadModel.serviceAccount(claw, circumstances));
    }
    extra.forEach(made -> children.add(Labels.adopt(claw, made)));
    children.add(ConfigModel.configMap(claw));
    children.add(WorkloadModel.headlessService(claw, profile, circumstances.channels()));
    if (Defaulting.exposed(claw.getSpec()) && profile.gatewayPort() != null) {
      children.add(WorkloadModel.gatewayService(claw, profile));
    }
    if (Defaulting.disruptionBudgetEnabled(claw.getSpec())) {
      children.add(WorkloadModel.budget(claw));
    }
    children.add(WorkloadModel.statefulSet(claw, profile, circumstances));
    return children;
  }

  /**
   * Every child that some version of a Claw of this name may have; what of it exists, belongs to
   * the Claw and is not wanted any more is removed.
   */
  public static Set<Slot> slots(Claw claw) {
    Set<Slot> slots = new LinkedHashSet<>();
    slots.add(new Slot(RoleBinding.class, Names.agentRole(claw)));
    slots.add(new Slot(Role.class, Names.agentRole(claw)));
    slots.add(new Slot(Service.class, Names.gatewayService(claw)));
    slots.add(new Slot(PodDisruptionBudget.class, Names.workload(claw)));
    slots.add(new Slot(NetworkPolicy.class, Names.networkPolicy(claw)));
    if (ownAccount(claw) || !Names.serviceAccount(claw).equals(claw.getMetadata().getName())) {
      slots.add(new Slot(ServiceAccount.class, claw.getMetadata().getName()));
    }
    return slots;
  }

  /** Kinds that children can have, besides the token's Secret and the journal's claim. */
  public static List<Class<? extends HasMetadata>> kinds() {
    return List.of(
        NetworkPolicy.class,
        ServiceAccount.class,
        Role.class,
        RoleBinding.class,
        ConfigMap.class,
        Service.class,
        PodDisruptionBudget.class,
        StatefulSet.class);
  }

  /** The Secret with the token of the gateway: made once, never applied again. */
  public static Secret token(Claw claw, String token) {
    return new SecretBuilder()
        .withMetadata(Labels.child(claw, Names.tokenSecret(claw)))
        .withType("Opaque")
        .withStringData(Map.of(Gateway.TOKEN_KEY, token))
        .build();
  }

  /** What is wrong with a Claw beyond its spec alone: what this cluster does not allow. */
  public static List<Violation> violations(Claw claw, Set<String> serviceAccountAnnotations) {
    List<Violation> found = new ArrayList<>();
    if (Defaulting.exposed(claw.getSpec()) && RuntimeProfile.of(claw, "").gatewayPort() == null) {
      found.add(
          new Violation(
              "spec.expose.service", "true", "name the port of the agent in customRuntime.ports"));
    }
    var account = claw.getSpec().serviceAccount();
    if (account != null && account.annotations() != null) {
      account.annotations().keySet().stream()
          .filter(key -> !serviceAccountAnnotations.contains(key))
          .forEach(key ->
              found.add(
                  new Violation(
                      "spec.serviceAccount.annotations",
                      '"' + key + '"',
                      serviceAccountAnnotations.isEmpty()
                          ? "the configuration of the operator allows none"
                          : "the configuration of the operator allows "
                              + String.join(", ", serviceAccountAnnotations))));
    }
    return found;
  }

  private static boolean ownAccount(Claw claw) {
    var reference = claw.getSpec().serviceAccount();
    return reference == null || reference.name() == null;
  }
}
