package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class ClientKeyTest {
  @Test
  void aKeyOnACurveInPkcs8IsToldFromAnRsaKey() throws Exception {
    assertThat(ClientKey.isOnCurve(pem("EC", 256))).isTrue();
    assertThat(ClientKey.isOnCurve(pem("RSA", 2048))).isFalse();
    assertThat(ClientKey.isOnCurve("-----BEGIN EC PRIVATE KEY-----\n")).isTrue();
    assertThat(ClientKey.isOnCurve("-----BEGIN RSA PRIVATE KEY-----\n")).isFalse();
    assertThat(ClientKey.isOnCurve("")).isFalse();
  }

  @Test
  void aConfigurationWithoutAKeyIsLeftAlone() throws Exception {
    Config none = Config.empty();
    String before = none.getClientKeyAlgo();
    Config curve = Config.empty();
    curve.setClientKeyData(
        Base64.getEncoder().encodeToString(pem("EC", 256).getBytes(StandardCharsets.US_ASCII)));

    ClientKey.correct(none);
    ClientKey.correct(curve);

    assertThat(none.getClientKeyAlgo()).isEqualTo(before);
    assertThat(curve.getClientKeyAlgo()).isEqualTo("EC");
  }

  private static String pem(String algorithm, int size) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(size);
    byte[] der = generator.generateKeyPair().getPrivate().getEncoded();
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END PRIVATE KEY-----\n";
  }
}
