package ai.prismer.claw.openclaw.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
  @TempDir private Path folder;

  @Test
  void onlyTheWholeTokenMatches() throws Exception {
    TokenFile token = file(" secret\n");

    assertThat(token.isPresent()).isTrue();
    assertThat(token.matches("secret")).isTrue();
    assertThat(token.matches("secre")).isFalse();
    assertThat(token.matches("secret ")).isFalse();
    assertThat(token.matches("")).isFalse();
  }

  @Test
  void withoutATokenNobodyMatches() throws Exception {
    TokenFile empty = file("\n");
    assertThat(empty.isPresent()).isFalse();
    assertThat(empty.matches("")).isFalse();
    assertThat(new TokenFile(folder.resolve("missing")).matches("")).isFalse();
  }

  @Test
  void aSecretIsNeverPrinted() {
    Secret secret = new Secret("sk-1");
    assertThat(secret).hasToString("***");
    assertThat(secret.scrub("Bearer sk-1 was refused")).isEqualTo("Bearer *** was refused");
  }

  private TokenFile file(String content) throws Exception {
    return new TokenFile(Files.writeString(folder.resolve("token"), content));
  }
}
