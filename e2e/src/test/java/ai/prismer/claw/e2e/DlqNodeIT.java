package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.status.ChannelState;
import ai.prismer.claw.testkit.model.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Answers that nobody fetches in time: the bus keeps them as dead letters, the operator reads that
 * over the pod's network, and a person lists, shows, replays and purges them through an exec.
 */
class DlqNodeIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension static final WebhookAgent agent = new WebhookAgent("forgotten");

  private static Webhook web;

  @BeforeAll
  static void answersAreKeptForSeconds() {
    agent.model().answer(_ -> Reply.text("too late"));
    web = agent.channel("web", "{keepAnswersSeconds: 15}");
    agent.start(Agents.openClaw(agent.model()));
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
    assertThat(web.awaitAnswer("first")).isEqualTo("too late");
    awaitLetters(0);

    assertThat(web.ask("second", Map.of("Idempotency-Key", "second")).statusCode()).isEqualTo(202);
    awaitLetters(1);
    assertThat(dlq("purge", "--all")).startsWith("1 of the dead letters");
    awaitLetters(0);
  }

  private static void awaitLetters(long count) {
    await()
        .atMost(WebhookAgent.PATIENCE)
        .untilAsserted(() ->
            assertThat(agent.claw().getStatus().channels())
                .extracting(ChannelState::deadLetterCount)
                .containsExactly(count));
  }

  private static String dlq(String verb, String... words) {
    List<String> command =
        new ArrayList<>(List.of("-n", agent.namespace(), "dlq", verb, agent.name()));
    command.addAll(List.of(words));
    return Node.kubectlClaw(command.toArray(String[]::new)).succeeds();
  }
}
