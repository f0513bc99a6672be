package ai.prismer.claw.openclaw;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.testkit.gateway.GatewayClient;
import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.Request;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelFailureTest {
  @TempDir private Path folder;
  private TestGateway gateway;

  @BeforeEach
  void prepare() throws Exception {
    gateway = new TestGateway(folder);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  static Stream<Boolean> vendors() {
    return Stream.of(true, false);
  }

  @ParameterizedTest(name = "OpenAI format: {0}")
  @MethodSource("vendors")
  void whatIsNoAnswerIsAnErrorAndTheSessionGoesOn(boolean openAi) throws Exception {
    gateway.model.answer(request -> Reply.garbage());
    GatewayClient client = start(openAi);

    assertThat(error(client, "k1"))
        .isIn(
            "the model endpoint sent something that is no answer",
            "the answer broke off before its end");
    gateway.model.answer(request -> Reply.text("Good day to you."));
    assertThat(client.ask("s", "again", piece -> {})).isEqualTo("Good day to you.");
  }

  @ParameterizedTest(name = "OpenAI format: {0}")
  @MethodSource("vendors")
  void anAnswerThatIsCutIsAnErrorAndNeverPassedOffAsWhole(boolean openAi) throws Exception {
    gateway.model.answer(request -> Reply.cutAfter("half an"));
    GatewayClient client = start(openAi);

    assertThat(error(client, "k1")).startsWith("the answer broke off");
  }

  @ParameterizedTest(name = "OpenAI format: {0}")
  @MethodSource("vendors")
  void aFailureThatPassesIsTriedAgain(boolean openAi) throws Exception {
    gateway.model.enqueue(Reply.failure(500), Reply.rateLimited(Duration.ZERO));
    GatewayClient client = start(openAi);

    assertThat(client.ask("s", "hello", piece -> {})).isEqualTo("Good day to you.");
    assertThat(gateway.model.requests()).hasSize(3);
  }

  @ParameterizedTest(name = "OpenAI format: {0}")
  @MethodSource("vendors")
  void aFailureThatLastsIsToldWithTheVendorsWords(boolean openAi) throws Exception {
    Reply failure = Reply.failure(503);
    gateway.model.enqueue(Collections.nCopies(3, failure).toArray(Reply[]::new));
    GatewayClient client = start(openAi);

    assertThat(error(client, "k1"))
        .isEqualTo("the model endpoint answered HTTP 503: scripted failure");
    assertThat(gateway.model.requests()).hasSize(3);
  }

  @ParameterizedTest(name = "OpenAI format: {0}")
  @MethodSource("vendors")
  void aLongRetryAfterIsNotWaitedFor(boolean openAi) throws Exception {
    gateway.model.enqueue(Reply.rateLimited(Duration.ofMinutes(5)));
    GatewayClient client = start(openAi);
    client.send("s", "hello", "k1");

    JsonNode end = client.end("k1");

    assertThat(end.path("errorKind").asText()).isEqualTo("rate_limit");
    assertThat(gateway.model.requests()).hasSize(1);
  }

  @ParameterizedTest(name = "OpenAI format: {0}")
  @MethodSource("vendors")
  void aWrongRequestIsNotTriedAgain(boolean openAi) throws Exception {
    gateway.model.enqueue(Reply.failure(400));
    GatewayClient client = start(openAi);

    assertThat(error(client, "k1")).startsWith("the model endpoint answered HTTP 400");
    assertThat(gateway.model.requests()).hasSize(1);
  }

  @ParameterizedTest(name = "OpenAI format: {0}")
  @MethodSource("vendors")
  void aRefusedKeyIsToldWithoutTheVendorsWordsWhichRepeatIt(boolean openAi) throws Exception {
    gateway.model.enqueue(Reply.failure(401));
    GatewayClient client = start(openAi);

    assertThat(error(client, "k1")).isEqualTo("the model endpoint refused the API key (HTTP 401)");
  }

  @ParameterizedTest(name = "OpenAI format: {0}")
  @MethodSource("vendors")
  void aSilentModelIsLeft(boolean openAi) throws Exception {
    gateway.limits.silence = Duration.ofMillis(200);
    gateway.model.enqueue(Reply.hang());
    GatewayClient client = start(openAi);
    client.send("s", "hello", "k1");

    JsonNode end = client.end("k1");

    assertThat(end.path("errorKind").asText()).isEqualTo("timeout");
    assertThat(end.path("errorMessage").asText()).isEqualTo("the model has gone silent");
  }

  @Test
  void aTurnThatTakesTooLongIsEndedEvenIfTheModelGivesSignsOfLife() throws Exception {
    gateway.limits.turnTime = Duration.ofMillis(300);
    gateway.model.enqueue(Reply.hangAfter("wait"));
    GatewayClient client = start(false);
    client.send("s", "hello", "k1");

    assertThat(client.end("k1").path("errorMessage").asText()).isEqualTo("the turn took too long");
    assertThat(gateway.model.requests().getFirst().outcome().get(20, SECONDS))
        .isEqualTo(Request.Outcome.CLIENT_GONE);
  }

  @Test
  void aSlowModelIsNotASilentOne() throws Exception {
    gateway.limits.silence = Duration.ofSeconds(1);
    gateway.model.enqueue(Reply.text("a b c d e f", Duration.ofMillis(250)));

    assertThat(start(false).ask("s", "hello", piece -> {})).isEqualTo("a b c d e f");
  }

  @ParameterizedTest(name = "OpenAI format: {0}")
  @MethodSource("vendors")
  void anAnswerWithoutTextIsAnError(boolean openAi) throws Exception {
    gateway.model.enqueue(Reply.toolCall("rm", "{}"));

    assertThat(error(start(openAi), "k1")).isEqualTo("the model sent an answer without text");
  }

  @Test
  void anEndpointThatIsNotThereIsTold() throws Exception {
    GatewayClient client = start(true);
    gateway.model.close();

    assertThat(error(client, "k1")).startsWith("cannot reach the model endpoint");
  }

  @Test
  void aQuestionWithoutAnAnswerStaysInTheConversation() throws Exception {
    gateway.model.enqueue(Reply.failure(400));
    GatewayClient client = start(true);
    client.send("s", "one", "k1");
    client.end("k1");
    client.ask("s", "two", piece -> {});

    assertThat(gateway.model.requests().getLast().transcript())
        .containsExactly("user: one", "user: two");
  }

  private GatewayClient start(boolean openAi) throws Exception {
    return (openAi ? gateway.openAi() : gateway).start().connect();
  }

  private static String error(GatewayClient client, String key) {
    client.send("s", "hello", key);
    JsonNode end = client.end(key);
    assertThat(end.path("state").asText()).isEqualTo("error");
    assertThat(end.toString()).doesNotContain(TestGateway.KEY);
    return end.path("errorMessage").asText();
  }
}
