package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.Request;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * OpenClaw itself behind {@code openclaw-ws}, in a pod, with a scripted model: that the bridge
 * understands the real thing as it does its stand-in. Started by {@code make real-openclaw} alone:
 * its image is made of 800 MB that come from the network.
 */
class RealOpenClawIT {
  /** OpenClaw sends much around what was asked, so the question is found by how it looks. */
  private static final Pattern QUESTION = Pattern.compile("question-[a-z-]+");

  private static final Set<String> heard = ConcurrentHashMap.newKeySet();

  @RegisterExtension static final WebhookAgent agent = new WebhookAgent("lobster");

  private static Webhook web;

  @BeforeAll
  static void makeAnAgentOfTheUpstreamImage() {
    agent
        .model()
        .answer(request -> {
          String question = question(request);
          heard.add(question);
          return Reply.text(Ledger.answerTo(question), Duration.ofSeconds(1));
        });
    web = agent.channel("web", "{}");
    agent.start(
        """
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
            .formatted(
                Node.image("openclaw-upstream"),
                agent.model().openAiUrl(),
                agent.model().url().getHost()));
  }

  @Test
  void theAnswerOfTheRealAgentComesAsItIsMade() throws Exception {
    HttpResponse<String> answer =
        web.ask("question-first", Map.of("Accept", "text/event-stream", "Prefer", "wait=30"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body().lines().filter(line -> line.startsWith("event: ")))
        .as(answer.body())
        .startsWith("event: accepted", "event: delta")
        .endsWith("event: answer");
    assertThat(answer.body().lines().toList().reversed())
        .filteredOn(line -> line.startsWith("data: "))
        .first(InstanceOfAssertFactories.STRING)
        .contains("\"answer to question-first\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ipc-bus", "runtime", "channel-web"})
  void aQuestionDuringWhichAContainerIsKilledIsAnswered(String container) throws Exception {
    String question = "question-" + container;
    agent.await(claw -> Agents.isTrue(claw, "Ready"));
    HttpResponse<String> taken = web.ask(question, Map.of("Idempotency-Key", question));
    assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
    await().atMost(WebhookAgent.PATIENCE).until(() -> heard.contains(question));

    agent.kill(container);

    assertThat(web.awaitAnswer(question)).isEqualTo(Ledger.answerTo(question));
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
