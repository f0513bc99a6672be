package ai.prismer.claw.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class ClientKeyTest {

  @Test
  void aKeyOnAnEllipticCurveIsKnownFromItsContent() throws NoSuchAlgorithmException {
    assertThat(ClientKey.algorithm(with(pem("EC")))).isEqualTo("EC");
    assertThat(ClientKey.algorithm(with(pem("RSA")))).isEqualTo("RSA");
  }

  @Test
  void withoutAKeyNothingChanges() {
    assertThat(ClientKey.algorithm(Config.empty())).isEqualTo(Config.empty().getClientKeyAlgo());
    assertThat(ClientKey.algorithm(with("no key"))).isEqualTo("RSA");
  }

  private static Config with(String pem) {
    return new ConfigBuilder(Config.empty())
        .withClientKeyAlgo("RSA")
        .withClientKeyData(
            Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII)))
        .build();
  }

  private static String pem(String algorithm) throws NoSuchAlgorithmException {
    byte[] key =
        KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate().getEncoded();
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key)
        + "\n-----END PRIVATE KEY-----\n";
  }
}
