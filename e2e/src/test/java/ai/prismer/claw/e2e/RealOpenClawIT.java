package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.Request;
import ai.prismer.claw.testkit.model.ScriptedModel;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * OpenClaw itself behind {@code openclaw-ws}, in a pod, with a scripted model: that the bridge
 * understands the real thing as it does its stand-in, and that nothing is lost with it either.
 * Started by {@code make real-openclaw} alone: its image is made of 800 MB that come from the
 * network.
 */
class RealOpenClawIT {
  private static final String FIRST = "first of all";

  /** OpenClaw sends much around what was asked, so the question is found by how it looks. */
  private static final Pattern QUESTION =
      Pattern.compile(FIRST + "|talker-[0-9]+-(?:fetched|posted)-[0-9]+");

  /**
   * Its database's lock was held by another of its own processes for longer than it waits, and so
   * it ended the turn.
   */
  private static final String LOCKED = "StateDatabaseCoordinatorContentionError";

  private static final KillingRounds rounds = new KillingRounds(new Upstream());

  @BeforeAll
  static void makeAgentsOfTheUpstreamImage() throws IOException {
    rounds.start();
  }

  @AfterAll
  static void clear() throws IOException {
    rounds.close();
  }

  @Test
  void theAnswerOfTheRealAgentComesAsItIsMade() throws Exception {
    rounds.first().agent().await(claw -> Agents.isTrue(claw, "Ready"));
    HttpResponse<String> answer =
        rounds.first().web().ask(FIRST, Map.of("Accept", "text/event-stream", "Prefer", "wait=30"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body().lines().filter(line -> line.startsWith("event: ")))
        .as(answer.body())
        .startsWith("event: accepted", "event: delta")
        .endsWith("event: answer");
    assertThat(answer.body().lines().toList().reversed())
        .filteredOn(line -> line.startsWith("data: "))
        .first(InstanceOfAssertFactories.STRING)
        .contains("\"" + Ledger.answerTo(FIRST) + "\"");
  }

  @Test
  void whateverIsKilledOrReplacedEveryQuestionIsAnsweredOnce() throws Exception {
    rounds.run();
    assertThat(rounds.ledger().faults()).isEmpty();
  }

  /** OpenClaw as it is published. */
  private static final class Upstream implements Subject {
    @Override
    public String program() {
      return "real-openclaw";
    }

    @Override
    public String spec(ScriptedModel model) {
      return """
      runtime: custom
      customRuntime:
        image: %s
        env:
        - {name: OPENAI_BASE_URL, value: "%s"}
        - {name: OPENAI_MODEL, value: scripted}
        ports: [{name: gateway, containerPort: 18789}]
        readinessProbe: {httpGet: {path: /startupz, port: 18789}, periodSeconds: 2}
        healthProbe:
          httpGet: {path: /healthz, port: 18789}
          initialDelaySeconds: 60
          timeoutSeconds: 5
        resources: {requests: {cpu: 100m, memory: 1Gi}, limits: {memory: 2560Mi}}
        gracefulShutdownSeconds: 30
      bridge: {protocol: openclaw-ws}
      credentials: {secretRef: {name: keys}}
      security: {networkPolicy: {allowedEgressCIDRs: ["%s/32"]}}
      """
          .formatted(Node.image("openclaw-upstream"), model.openAiUrl(), model.url().getHost());
    }

    @Override
    public Reply reply(Request request) {
      return Reply.text(Ledger.answerTo(question(request)), Duration.ofSeconds(1));
    }

    @Override
    public boolean isOwnFailure(String answer) {
      return answer.contains(LOCKED);
    }

    /** The last one in the conversation. */
    private static String question(Request request) {
      return QUESTION
          .matcher(String.join("\n", request.transcript()))
          .results()
          .map(MatchResult::group)
          .reduce((first, second) -> second)
          .orElse("none");
    }
  }
}
