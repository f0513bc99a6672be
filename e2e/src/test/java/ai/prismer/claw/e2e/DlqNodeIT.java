package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.ChannelState;
import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.ScriptedModel;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Answers that nobody fetches in time: the bus keeps them as dead letters, the operator reads that
 * over the pod's network, and a person lists, shows, replays and purges them through an exec.
 */
class DlqNodeIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String AGENT = "forgotten";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static KubernetesClient client;
  private static Agents agents;
  private static ScriptedModel model;
  private static JournalDisk disk;
  private static Webhook web;

  @BeforeAll
  static void makeAnAgentWhoseAnswersAreKeptForSeconds() throws IOException {
    Node.operatorInstalled();
    client = Node.admin();
    agents = new Agents(client, Node.namespace(client, "dlq"));
    String host = Node.address(client);
    model = ScriptedModel.start(new InetSocketAddress(host, 0), Reply.text("too late"));
    disk = new JournalDisk(client, agents.namespace(), AGENT, "64Mi");
    client
        .load(
            new ByteArrayInputStream(
                """
                apiVersion: v1
                kind: Secret
                metadata: {name: keys}
                stringData: {OPENAI_API_KEY: sk-scripted}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: webhook}
                stringData: {WEBHOOK_SECRET: "%s"}
                ---
                apiVersion: claw.prismer.ai/v1alpha1
                kind: ClawChannel
                metadata: {name: web}
                spec:
                  type: webhook
                  credentials: {secretRef: {name: webhook}}
                  config: {keepAnswersSeconds: 15}
                """
                    .formatted(Webhook.SECRET)
                    .getBytes(StandardCharsets.UTF_8)))
        .inNamespace(agents.namespace())
        .create();
    agents.create(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: %s}
        spec:
          runtime: openclaw
          config: {model: openai/scripted, environment: {OPENAI_BASE_URL: "%s"}}
          credentials: {secretRef: {name: keys}}
          channels: [{name: web}]
          bus: {size: 64Mi}
          resources: {requests: {cpu: 50m, memory: 128Mi}, limits: {memory: 256Mi}}
          security: {networkPolicy: {allowedEgressCIDRs: ["%s/32"]}}
        """
            .formatted(AGENT, model.openAiUrl(), host));
    agents.awaitRunning(AGENT);
    web = new Webhook(client, agents.namespace(), AGENT, "ch-web");
  }

  @AfterAll
  static void clear() throws IOException {
    if (client == null) {
      return;
    }
    if (disk != null) {
      disk.close();
    }
    if (model != null) {
      model.close();
    }
    client.close();
  }

  @Test
  void anAnswerThatNobodyFetchedIsFoundShownReplayedAndPurged() throws Exception {
    assertThat(web.ask("first", Map.of("Idempotency-Key", "first")).statusCode()).isEqualTo(202);
    awaitLetters(1);

    JsonNode letter = JSON.readTree(dlq("list", "-o", "json")).at("/deadLetters/0");
    String id = letter.path("id").asText();
    assertThat(letter.path("channel").asText()).isEqualTo("web");
    assertThat(letter.path("direction").asText()).isEqualTo("outbound");
    assertThat(dlq("show", id)).contains("answers   first", "\ntoo late");

    assertThat(dlq("replay", id)).startsWith("1 put back in line");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(web.fetch("first").statusCode()).isEqualTo(200));
    awaitLetters(0);

    assertThat(web.ask("second", Map.of("Idempotency-Key", "second")).statusCode()).isEqualTo(202);
    awaitLetters(1);
    assertThat(dlq("purge", "--all")).startsWith("1 of the dead letters");
    awaitLetters(0);
  }

  private static void awaitLetters(long count) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          Claw claw =
              client.resources(Claw.class).inNamespace(agents.namespace()).withName(AGENT).get();
          assertThat(claw.getStatus().channels())
              .extracting(ChannelState::deadLetterCount)
              .containsExactly(count);
        });
  }

  private static String dlq(String verb, String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(Node.root().resolve("cli/kubectl-claw").toString(), "dlq", verb, AGENT));
    command.addAll(List.of(words));
    command.addAll(List.of("-n", agents.namespace()));
    return Node.run(command.toArray(String[]::new)).succeeds();
  }
}
