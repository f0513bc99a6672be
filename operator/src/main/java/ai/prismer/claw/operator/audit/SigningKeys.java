package ai.prismer.claw.operator.audit;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.gate.receipt.LogObjects;
import ai.prismer.claw.gate.receipt.SigningKey;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The signing key of the log, in a Secret of the operator's namespace.
 *
 * <p>Made once, by whoever starts first: the Secret is only ever created, never updated, so of two
 * operators that start at the same time one finds the other's key. It is immutable; to lose it is
 * to start signing with a new one, which a verifier that has pinned the old one notices.
 */
final class SigningKeys {
  /** The cluster's own name for itself: this namespace exists once and is never made anew. */
  private static final String CLUSTER_NAMESPACE = "kube-system";

  private SigningKeys() {}

  /**
   * The key, made if there is none.
   *
   * @throws AuditLogException if the Secret holds something else than a key
   */
  static SigningKey load(KubernetesClient client, String namespace, SecureRandom random) {
    Secret present = read(client, namespace);
    if (present != null) {
      return parse(present);
    }
    SigningKey made = SigningKey.generate(origin(client), random);
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(Keys.SIGNING_SECRET)
            .withLabels(Map.of(Keys.LABEL_MANAGED_BY, Keys.MANAGED_BY))
            .endMetadata()
            .withImmutable(true)
            .withStringData(
                Map.of(
                    LogObjects.PRIVATE_KEY,
                    made.pem(),
                    LogObjects.KEY_NAME,
                    made.verifier().name()))
            .build();
    try {
      client.resource(secret).create();
      return made;
    } catch (KubernetesClientException refused) {
      Secret other =
          refused.getCode() == HttpURLConnection.HTTP_CONFLICT ? read(client, namespace) : null;
      if (other == null) {
        throw refused;
      }
      return parse(other);
    }
  }

  private static @Nullable Secret read(KubernetesClient client, String namespace) {
    return client.secrets().inNamespace(namespace).withName(Keys.SIGNING_SECRET).get();
  }

  private static SigningKey parse(Secret secret) {
    try {
      return SigningKey.ofPem(
          text(secret, LogObjects.KEY_NAME), text(secret, LogObjects.PRIVATE_KEY));
    } catch (IllegalArgumentException unreadable) {
      throw new AuditLogException(
          "Secret "
              + secret.getMetadata().getNamespace()
              + "/"
              + Keys.SIGNING_SECRET
              + " holds no usable signing key ("
              + unreadable.getMessage()
              + "); restore it from a backup, or delete it to sign with a new key",
          unreadable);
    }
  }

  private static String text(Secret secret, String key) {
    String base64 = secret.getData() == null ? null : secret.getData().get(key);
    if (base64 == null) {
      throw new IllegalArgumentException("the key " + key + " is missing");
    }
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private static String origin(KubernetesClient client) {
    Namespace cluster = client.namespaces().withName(CLUSTER_NAMESPACE).get();
    if (cluster == null) {
      throw new AuditLogException(
          "namespace " + CLUSTER_NAMESPACE + " cannot be read; its UID names the receipt log");
    }
    return Keys.GROUP + "/log/" + cluster.getMetadata().getUid();
  }
}
