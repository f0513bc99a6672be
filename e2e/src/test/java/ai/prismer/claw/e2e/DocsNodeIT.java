package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.ClawOpsReceipt;
import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types what the documents tell people to type, into a real shell against the real cluster. */
class DocsNodeIT {
  private static final Pattern BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);

  @TempDir Path programs;

  @BeforeAll
  static void install() {
    Node.operatorInstalled();
  }

  @Test
  void theCommandsOfTheHealingPageDoWhatItSays() throws IOException {
    try (KubernetesClient client = Node.admin()) {
      Agents agents = new Agents(client, Node.namespace(client, "docs"));
      agents.hog("my-agent", 8, 64, "{}");
      String uid = agents.awaitRunning("my-agent").getMetadata().getUid();
      List<String> commands = commands("docs/healing.md");
      assertThat(commands).hasSize(2);

      for (int typed = 1; typed <= commands.size(); typed++) {
        type(commands.get(typed - 1), agents.namespace());
        int receipts = typed;
        Awaitility.await("the receipt of: " + commands.get(typed - 1))
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> {
              assertThat(requests(client, uid)).isEqualTo(receipts);
              assertThat(agents.get("my-agent").getMetadata().getAnnotations())
                  .doesNotContainKeys(Keys.THAW, Keys.UNDO);
            });
      }
    }
  }

  private static List<String> commands(String page) throws IOException {
    String text = Files.readString(Node.root().resolve(page));
    return BLOCK.matcher(text).results().map(MatchResult::group).map(DocsNodeIT::inner).toList();
  }

  private static String inner(String block) {
    return block.substring(block.indexOf('\n') + 1, block.lastIndexOf("```"));
  }

  /** Runs one block with a {@code kubectl} that looks into this namespace. */
  private void type(String block, String namespace) throws IOException {
    Path kubectl = programs.resolve("kubectl");
    Files.writeString(
        kubectl,
        "#!/bin/sh\nexec '%s' kubectl --namespace '%s' \"$@\"\n"
            .formatted(Node.root().resolve("cluster/claw-cluster"), namespace));
    assertThat(kubectl.toFile().setExecutable(true)).isTrue();
    Node.run("bash", "-euc", "PATH='" + programs + "':$PATH\n" + block).succeeds();
  }

  private static long requests(KubernetesClient client, String uid) {
    return client
        .resources(ClawOpsReceipt.class)
        .inNamespace(Node.OPERATOR_NAMESPACE)
        .list()
        .getItems()
        .stream()
        .filter(receipt -> receipt.getSpec().claw().uid().equals(uid))
        .filter(receipt -> receipt.getSpec().decision().equals("Request"))
        .count();
  }
}
