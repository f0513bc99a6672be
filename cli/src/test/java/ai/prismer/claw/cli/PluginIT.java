package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.testkit.cluster.ApiServer;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code make plugin} makes, put in place as krew does it. */
class PluginIT {
  private static final Path OUTPUT = ApiServer.root().resolve("build/plugin");
  private static final Path ARCHIVE = OUTPUT.resolve("kubectl-claw.tar.gz");

  @TempDir Path store;

  @Test
  void theArchiveIsWhatTheManifestSaysAndRunsThroughALink() throws Exception {
    make();
    JsonNode spec = manifest();
    JsonNode platform = spec.at("/platforms/0");
    assertThat(platform.path("sha256").asText()).isEqualTo(sha256(ARCHIVE));
    assertThat(platform.path("uri").asText())
        .isEqualTo(
            "https://github.com/prismer-ai/k8s4claw/releases/download/%s/kubectl-claw.tar.gz",
            spec.path("version").asText());

    run("tar", "-xzf", ARCHIVE.toString(), "-C", store.toString());
    for (JsonNode file : platform.path("files")) {
      assertThat(run("sh", "-c", "ls " + file.path("from").asText())).isNotBlank();
    }
    Path link =
        Files.createSymbolicLink(
            store.resolve("linked"), store.resolve(platform.path("bin").asText()));

    assertThat(run(link.toString(), "version").strip())
        .isEqualTo("kubectl-claw " + spec.path("version").asText().substring(1));
  }

  @Test
  void theSameJarsGiveTheSameArchive() throws Exception {
    make();
    String once = sha256(ARCHIVE);
    make();
    assertThat(sha256(ARCHIVE)).isEqualTo(once);
  }

  private void make() throws IOException, InterruptedException {
    run("env", "CLAW_SKIP_JARS=1", ApiServer.root().resolve("scripts/plugin").toString());
  }

  private static JsonNode manifest() throws IOException {
    String text = Files.readString(OUTPUT.resolve("claw.yaml"));
    return Serialization.unmarshal(text, JsonNode.class).path("spec");
  }

  private static String sha256(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }

  private String run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(List.of(command))
            .directory(store.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
