package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.operator.apply.StaleObservation;
import ai.prismer.claw.operator.model.Children;
import ai.prismer.claw.operator.model.Names;
import ai.prismer.claw.operator.secrets.Fingerprint;
import ai.prismer.claw.operator.secrets.Fingerprints;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The Secrets of the pod: those that the spec names must exist, the one with the gateway's token is
 * made here, once, and never written again.
 */
final class SecretsStep {

  private static final int CONFLICT = 409;
  private static final int TOKEN_BYTES = 32;

  private final KubernetesClient client;
  private final Fingerprints fingerprints;
  private final RandomGenerator random;

  SecretsStep(KubernetesClient client, Fingerprints fingerprints, RandomGenerator random) {
    this.client = client;
    this.fingerprints = fingerprints;
    this.random = random;
  }

  /** Finds the Secrets that the spec names. */
  void credentials(Reconciliation reconciliation) {
    String namespace = reconciliation.claw.getMetadata().getNamespace();
    for (String name : Names.referencedSecrets(reconciliation.claw)) {
      Optional<Fingerprint> found = fingerprints.of(namespace, name);
      if (found.isEmpty()) {
        reconciliation.credentials =
            ConditionDraft.fails(
                StatusDecision.CREDENTIALS_READY,
                "SecretNotFound",
                "Secret "
                    + name
                    + " does not exist in namespace "
                    + namespace
                    + "; create it and the agent starts by itself");
        return;
      }
      reconciliation.fingerprints.put(name, found.get());
      reconciliation.credentialKeys = List.copyOf(found.get().keys());
      reconciliation.credentials =
          ConditionDraft.holds(
              StatusDecision.CREDENTIALS_READY, "SecretFound", "Secret " + name + " exists");
    }
  }

  /** Finds or makes the token of the gateway. */
  void token(Reconciliation reconciliation) {
    Claw claw = reconciliation.claw;
    String name = Names.tokenSecret(claw);
    Fingerprint found =
        fingerprints.of(claw.getMetadata().getNamespace(), name).orElseGet(() -> make(claw, name));
    if (!claw.getMetadata().getUid().equals(found.controllerUid())) {
      reconciliation.fail(
          new Failure(
              "token",
              "NotOurs",
              "Secret "
                  + name
                  + " exists and does not belong to this Claw; rename or delete it, or rename the Claw",
              false));
      return;
    }
    reconciliation.fingerprints.put(name, found);
    reconciliation.secretsComplete =
        (reconciliation.credentials == null || reconciliation.credentials.holds())
            && reconciliation.channelSecretsComplete;
  }

  private Fingerprint make(Claw claw, String name) {
    byte[] token = new byte[TOKEN_BYTES];
    random.nextBytes(token);
    try {
      return fingerprints.made(
          client
              .resource(
                  Children.token(
                      claw, Base64.getUrlEncoder().withoutPadding().encodeToString(token)))
              .create());
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != CONFLICT) {
        throw refused;
      }
      fingerprints.forget(claw.getMetadata().getNamespace(), name);
      throw new StaleObservation("Secret " + name + " was made by somebody else in this moment");
    }
  }
}
