package ai.prismer.claw.gate.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Keys, against the vectors of RFC 8032 and the text forms that other programs read. */
class SigningKeyTest {
  private static final HexFormat HEX = HexFormat.of();

  /** RFC 8032, section 7.1, test 2. */
  private static final byte[] SEED =
      HEX.parseHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");

  private static final byte[] PUBLIC =
      HEX.parseHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");

  @Test
  void theKeyOfTheRfcHasThePublicHalfAndTheSignatureOfTheRfc() {
    SigningKey key = SigningKey.ofSeed("test", SEED);

    assertThat(key.verifier().raw()).isEqualTo(PUBLIC);
    assertThat(key.sign(new byte[] {0x72}))
        .isEqualTo(
            HEX.parseHex(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                    + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"));
  }

  @Test
  void aKeyWrittenByOpensslIsReadAndHasThePublicHalfOpensslPrints() {
    // openssl genpkey -algorithm ed25519; openssl pkey -pubout -outform DER | tail -c 32 | base64
    String pem =
        """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIDaPo4wcV8qUl9ImogsYNP6ra4YsQyAe5mGMu33Z2MFH
        -----END PRIVATE KEY-----
        """;

    assertThat(SigningKey.ofPem("test", pem).verifier().raw())
        .isEqualTo(Base64.getDecoder().decode("FOq6ohJAf/YM0yneay3XD+0N14C84jBNY1jjyklBPrc="));
  }

  @Test
  void aKeySurvivesItsPemForm() {
    SigningKey key = SigningKey.generate("k8s4claw/test", new SecureRandom());

    SigningKey read = SigningKey.ofPem("k8s4claw/test", key.pem());

    assertThat(read.verifier()).isEqualTo(key.verifier());
    byte[] message = {1, 2, 3};
    assertThat(key.verifier().verifies(message, read.sign(message))).isTrue();
  }

  @Test
  void aPublicKeySurvivesItsTextForm() {
    VerifierKey key = SigningKey.generate("k8s4claw/test", new SecureRandom()).verifier();

    assertThat(VerifierKey.parse(key.text() + "\n")).isEqualTo(key);
    assertThat(key.text()).startsWith(key.id() + "+");
  }

  @Test
  void theTextFormIsTheOneOfGosNotePackage() {
    // The example key in the documentation of golang.org/x/mod/sumdb/note.
    String text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    assertThat(VerifierKey.parse(text).text()).isEqualTo(text);
  }

  @Test
  void aTextFormWithOneWrongCharacterIsRefused() {
    String text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    for (String wrong :
        new String[] {
          "",
          "PeterNeumann",
          text.replace("Peter", "Pete"),
          text.replace("c74f", "c74e"),
          text.replace("ARpc", "ARpd"),
          text.replace("ARpc", "AR?c"),
          text.replace("+AR", "+BR"),
          text.substring(0, text.length() - 4)
        }) {
      assertThatThrownBy(() -> VerifierKey.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aNameThatWouldBreakTheTextFormIsRefused() {
    for (String name : new String[] {"", "a b", "a+b", "a\nb", "ä", "a".repeat(129)}) {
      assertThatThrownBy(() -> new VerifierKey(name, PUBLIC))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aBrokenPrivateKeyIsRefusedWithoutShowingIt() {
    assertThatThrownBy(() ->
            SigningKey.ofPem(
                "test", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("c2VjcmV0");
    assertThat(SigningKey.ofSeed("test", SEED).toString())
        .isEqualTo("signing key " + SigningKey.ofSeed("test", SEED).verifier().id());
  }
}
