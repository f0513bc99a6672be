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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types what the documents tell people to type, into a real shell against the real cluster. */
@Alone
class DocsNodeIT {
  @TempDir Path folder;

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
      Document page = new Document("docs/healing.md");
      List<String> commands = page.blocks("sh");
      assertThat(commands).hasSize(2);

      for (int typed = 1; typed <= commands.size(); typed++) {
        page.type(commands.get(typed - 1), folder, agents.namespace());
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

  @Test
  void theAgentOfTheReadmeIsTakenAndShown() throws IOException {
    try (KubernetesClient client = Node.admin()) {
      String namespace = Node.namespace(client, "docs");
      Document readme = new Document("README.md");
      Files.writeString(folder.resolve("my-agent.yaml"), readme.blocks("yaml").getFirst());
      String commands =
          readme.blocks("sh").stream()
              .filter(block -> block.contains("my-agent.yaml"))
              .findFirst()
              .orElseThrow();

      String printed = readme.type("ANTHROPIC_API_KEY=some-key\n" + commands, folder, namespace);

      assertThat(printed)
          .contains("secret/llm-api-keys created", "claw.claw.prismer.ai/my-agent created")
          .containsPattern("my-agent +openclaw");
      assertThat(printed).as("what is never printed").doesNotContain("some-key");
    }
  }

  @Test
  void theWebhookOfTheChannelsPageTakesASignedQuestion() throws IOException {
    try (KubernetesClient client = Node.admin()) {
      String namespace = Node.namespace(client, "docs");
      try (JournalDisk _ = new JournalDisk(client, namespace, "talker", "1Gi")) {
        Document page = new Document("docs/channels.md");
        Files.writeString(folder.resolve("talker.yaml"), page.blocks("yaml").getFirst());
        String secret = "WEBHOOK_SECRET='" + Webhook.SECRET + "'\n";
        String shown =
            page.type(
                "ANTHROPIC_API_KEY=some-key\n" + secret + page.blocks("sh").getFirst(),
                folder,
                namespace);
        assertThat(shown).containsPattern("web +webhook");

        String url = new Webhook(client, namespace, "talker", "ch-web").url().toString();
        String answer =
            page.type(
                "WEBHOOK_URL='" + url + "'\n" + secret + page.blocks("bash").getFirst(),
                folder,
                namespace);
        // Nobody reaches the vendor from here: that the agent says so is an answer, too.
        assertThat(answer).contains("\"id\":\"release-7-1\"");
      }
    }
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
