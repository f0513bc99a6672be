package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.spec.Bridge;
import ai.prismer.claw.api.spec.SecretKeyReference;
import ai.prismer.claw.api.spec.ServiceAccountReference;
import ai.prismer.claw.contract.Gateway;
import java.util.Optional;
import java.util.Set;

/**
 * Names of the children of a Claw. They are those of the Go original, so that it can be taken over.
 */
public final class Names {

  private Names() {}

  /** StatefulSet, headless Service and PodDisruptionBudget. */
  public static String workload(Claw claw) {
    return claw.getMetadata().getName();
  }

  /** ClusterIP Service of an exposed gateway. */
  public static String gatewayService(Claw claw) {
    return claw.getMetadata().getName() + "-gateway";
  }

  /** Secret with the token of the gateway. */
  public static String tokenSecret(Claw claw) {
    return Gateway.tokenSecret(claw.getMetadata().getName());
  }

  /** ConfigMap with the configuration file. */
  public static String configMap(Claw claw) {
    return claw.getMetadata().getName() + "-config";
  }

  /** NetworkPolicy of the pod. */
  public static String networkPolicy(Claw claw) {
    return claw.getMetadata().getName() + "-netpol";
  }

  /** Claim of the message bus's journal. */
  public static String journal(Claw claw) {
    return claw.getMetadata().getName() + "-bus";
  }

  /** Role and RoleBinding of the agent. */
  public static String agentRole(Claw claw) {
    return claw.getMetadata().getName();
  }

  /** The account the pod runs under: the named one, else the Claw's own. */
  public static String serviceAccount(Claw claw) {
    ServiceAccountReference reference = claw.getSpec().serviceAccount();
    return reference == null || reference.name() == null
        ? claw.getMetadata().getName()
        : reference.name();
  }

  /** Secret with the token by which the runtime knows the bus, where the spec names one. */
  public static Optional<String> bridgeSecret(Claw claw) {
    return Optional.ofNullable(claw.getSpec().bridge())
        .map(Bridge::tokenSecretRef)
        .map(SecretKeyReference::name);
  }

  /** Secrets whose entries the spec makes variables of the runtime. */
  public static Set<String> referencedSecrets(Claw claw) {
    var credentials = claw.getSpec().credentials();
    return credentials == null || credentials.secretRef() == null
        ? Set.of()
        : Set.of(credentials.secretRef().name());
  }
}
