package ai.prismer.claw.operator.audit;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.gate.receipt.LogObjects;
import ai.prismer.claw.gate.receipt.SigningKey;
import ai.prismer.claw.gate.receipt.VerifierKey;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The signing keys of the log, in Secrets of the operator's namespace: the first one, and for each
 * rotation another with the next number behind its name.
 *
 * <p>A Secret is only ever created, never updated, so of two operators that make a key at the same
 * time one finds the other's. It is immutable; to lose it is to start signing with a new one, which
 * a verifier that has pinned the old one notices. A Secret that is there and holds no key is
 * something else: then nothing is signed until a person has mended it, because a new key would hide
 * what happened.
 */
final class SigningKeys {
  /** The cluster's own name for itself: this namespace exists once and is never made anew. */
  private static final String CLUSTER_NAMESPACE = "kube-system";

  private final KubernetesClient client;
  private final String namespace;
  private final SecureRandom random;

  SigningKeys(KubernetesClient client, String namespace, SecureRandom random) {
    this.client = client;
    this.namespace = namespace;
    this.random = random;
  }

  /**
   * What was found.
   *
   * @param readable the keys, oldest first
   * @param broken what is wrong with a Secret that holds no usable key; null if none is
   */
  record Found(List<SigningKey> readable, @Nullable String broken) {
    List<VerifierKey> verifiers() {
      return readable.stream().map(SigningKey::verifier).toList();
    }

    /**
     * The key to sign with: one that the log accepts, and rather one that is published, because a
     * key can be prepared that the log does not know yet.
     *
     * @param accepted keys that the log accepts
     * @param published keys that signed it before
     */
    Optional<SigningKey> choose(
        Collection<VerifierKey> accepted, Collection<VerifierKey> published) {
      List<SigningKey> usable =
          readable.stream().filter(key -> accepted.contains(key.verifier())).toList();
      Optional<SigningKey> known =
          usable.stream().filter(key -> published.contains(key.verifier())).findFirst();
      return known.isPresent() || broken != null ? known : usable.stream().findFirst();
    }
  }

  /**
   * The keys; the first one is made if there is no Secret at all.
   *
   * @param published how many keys are published; there may be the Secret of one more, for a
   *     rotation that is going on
   */
  Found load(int published) {
    List<SigningKey> readable = new ArrayList<>();
    String broken = null;
    boolean any = false;
    for (int number = 1; ; number++) {
      Secret secret = read(number);
      if (secret == null) {
        // Of a published key the Secret may be gone. Behind those, and where nothing is published
        // any more, the first gap is the end.
        if (number > published) {
          break;
        }
      } else {
        any = true;
        try {
          readable.add(parse(secret));
        } catch (AuditLogException unusable) {
          broken = unusable.getMessage();
        }
      }
    }
    if (!any) {
      try {
        readable.add(make(1));
      } catch (AuditLogException unusable) {
        broken = unusable.getMessage();
      }
    }
    return new Found(readable, broken);
  }

  /**
   * Makes the key with this number, or takes the one that somebody else has made.
   *
   * @throws AuditLogException if the Secret of that name holds no key
   */
  SigningKey make(int number) {
    Secret present = read(number);
    if (present != null) {
      return parse(present);
    }
    SigningKey made = SigningKey.generate(origin(), random);
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name(number))
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
      Secret other = refused.getCode() == HttpURLConnection.HTTP_CONFLICT ? read(number) : null;
      if (other == null) {
        throw refused;
      }
      return parse(other);
    }
  }

  /** The name of the log: this cluster's. */
  String origin() {
    Namespace cluster = client.namespaces().withName(CLUSTER_NAMESPACE).get();
    if (cluster == null) {
      throw new AuditLogException(
          "namespace " + CLUSTER_NAMESPACE + " cannot be read; its UID names the receipt log");
    }
    return Keys.GROUP + "/log/" + cluster.getMetadata().getUid();
  }

  private static String name(int number) {
    return number == 1 ? Keys.SIGNING_SECRET : Keys.SIGNING_SECRET + "-" + number;
  }

  private @Nullable Secret read(int number) {
    return client.secrets().inNamespace(namespace).withName(name(number)).get();
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
              + secret.getMetadata().getName()
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
}
