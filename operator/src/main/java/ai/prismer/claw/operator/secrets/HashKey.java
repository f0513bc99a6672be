package ai.prismer.claw.operator.secrets;

import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key under which marks of Secrets are made. The marks stand in annotations that many may read;
 * a bare hash of a short secret could be guessed by trying.
 */
public final class HashKey {

  private static final String SECRET = "k8s4claw-hash-key";
  private static final String ENTRY = "key";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final int MARK_BYTES = 16;
  private static final int ID_BYTES = 4;
  private static final int CONFLICT = 409;

  private final byte[] key;

  /** A key of 32 random bytes. */
  HashKey(byte[] key) {
    this.key = key.clone();
  }

  /** Reads the key from the operator's namespace, or makes it on the first start. */
  public static HashKey load(KubernetesClient client, String namespace, RandomGenerator random) {
    Secret secret = client.secrets().inNamespace(namespace).withName(SECRET).get();
    return read(secret == null ? make(client, namespace, random) : secret);
  }

  private static Secret make(KubernetesClient client, String namespace, RandomGenerator random) {
    byte[] fresh = new byte[KEY_BYTES];
    random.nextBytes(fresh);
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(SECRET)
            .withNamespace(namespace)
            .addToLabels(Keys.LABEL_PART_OF, Keys.MANAGED_BY)
            .endMetadata()
            .withData(Map.of(ENTRY, Base64.getEncoder().encodeToString(fresh)))
            .build();
    try {
      return client.resource(secret).create();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != CONFLICT) {
        throw refused;
      }
      // Another replica was first.
      return client.secrets().inNamespace(namespace).withName(SECRET).get();
    }
  }

  private static HashKey read(Secret secret) {
    String value = secret.getData() == null ? null : secret.getData().get(ENTRY);
    if (value == null) {
      throw new IllegalStateException(
          "Secret "
              + secret.getMetadata().getNamespace()
              + "/"
              + SECRET
              + " has no entry \""
              + ENTRY
              + "\"; delete it and it is made anew");
    }
    return new HashKey(Base64.getDecoder().decode(value));
  }

  /** Names the key without telling it. */
  String id() {
    return hex("k8s4claw", ID_BYTES);
  }

  /** Keyed hash of a text, 128 bits in hex. */
  String mark(String text) {
    return hex(text, MARK_BYTES);
  }

  private String hex(String text, int bytes) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      byte[] digest = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, bytes);
    } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, impossible);
    }
  }
}
