package ai.prismer.claw.openclaw;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.prismer.claw.testkit.gateway.GatewayClient;
import ai.prismer.claw.testkit.gateway.GatewayException;
import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.Request;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtocolFourTest {
  private static final String SESSION = "agent:main:k8s:slack:1";

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

  @Test
  void helloSaysVersionBootAndPolicy() throws Exception {
    GatewayClient client = gateway.start().open("/");
    assertThat(client.event("connect.challenge").path("nonce").asText()).isNotEmpty();

    JsonNode hello = client.hello(TestGateway.TOKEN);

    assertThat(hello.path("type").asText()).isEqualTo("hello-ok");
    assertThat(hello.path("protocol").asInt()).isEqualTo(4);
    assertThat(hello.at("/server/version").asText()).isEqualTo("1.2.3");
    assertThat(hello.at("/server/bootId").asText()).isNotEmpty();
    assertThat(hello.at("/policy/maxPayload").asInt()).isEqualTo(1024 * 1024);
    assertThat(hello.at("/policy/tickIntervalMs").asInt()).isEqualTo(30_000);
    assertThat(hello.at("/auth/scopes").toString())
        .isEqualTo("[\"operator.read\",\"operator.write\"]");
  }

  @Test
  void bootIdChangesWithEveryStart() throws Exception {
    String first = bootId(gateway.start());
    assertThat(bootId(gateway)).isEqualTo(first);
    assertThat(bootId(gateway.restart())).isNotEqualTo(first);
  }

  @Test
  void anAnswerIsStreamedAndEndsInFinal() throws Exception {
    GatewayClient client = gateway.start().connect();
    assertThat(client.send(SESSION, "hello", "key-1")).isEqualTo("started");

    assertThat(client.state("key-1", "status").path("sessionKey").asText()).isEqualTo(SESSION);
    List<String> pieces = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      JsonNode delta = client.state("key-1", "delta");
      assertThat(delta.path("seq").asInt()).isEqualTo(i + 1);
      pieces.add(delta.path("deltaText").asText());
    }
    assertThat(String.join("", pieces)).isEqualTo("Good day to you.");
    JsonNode end = client.end("key-1");
    assertThat(end.path("state").asText()).isEqualTo("final");
    assertThat(GatewayClient.text(end.path("message"))).isEqualTo("Good day to you.");
    assertThat(end.path("stopReason").asText()).isEqualTo("stop");
    assertThat(end.at("/usage/output").asInt()).isEqualTo(4);
  }

  @Test
  void anOpenAiCompatibleEndpointIsStreamedToo() throws Exception {
    GatewayClient client = gateway.openAi().start().connect();

    List<String> pieces = new ArrayList<>();
    assertThat(client.ask(SESSION, "hello", pieces::add)).isEqualTo("Good day to you.");

    assertThat(pieces).containsExactly("Good ", "day ", "to ", "you.");
    Request request = gateway.model.requests().getFirst();
    assertThat(request.path()).isEqualTo("/v1/chat/completions");
    assertThat(request.header("Authorization")).contains("Bearer " + TestGateway.KEY);
    assertThat(request.model()).isEqualTo("gpt-x");
  }

  @Test
  void theModelIsAskedWithKeyPromptAndRealModelName() throws Exception {
    gateway.environment.put("OPENCLAW_SYSTEM_PROMPT", "be brief");
    gateway.start().connect().ask(SESSION, "hello", piece -> {});

    Request request = gateway.model.requests().getFirst();
    assertThat(request.path()).isEqualTo("/v1/messages");
    assertThat(request.header("x-api-key")).contains(TestGateway.KEY);
    assertThat(request.model()).isEqualTo("claude-sonnet-4-6");
    assertThat(request.transcript()).containsExactly("system: be brief", "user: hello");
  }

  @Test
  void theConversationIsSentAlongAndSessionsAreApart() throws Exception {
    GatewayClient client = gateway.start().connect();
    client.ask(SESSION, "one", piece -> {});
    client.ask("agent:main:other", "two", piece -> {});
    client.ask(SESSION, "three", piece -> {});

    assertThat(gateway.model.requests().get(1).transcript()).containsExactly("user: two");
    assertThat(gateway.model.requests().get(2).transcript())
        .containsExactly("user: one", "assistant: Good day to you.", "user: three");
  }

  @Test
  void historyBeyondTheWindowIsNotSent() throws Exception {
    gateway.limits.window = 40;
    GatewayClient client = gateway.start().connect();
    client.ask(SESSION, "a question that is quite long", piece -> {});
    client.ask(SESSION, "two", piece -> {});
    client.ask(SESSION, "three", piece -> {});

    assertThat(gateway.model.requests().get(2).transcript())
        .containsExactly("user: two", "assistant: Good day to you.", "user: three");
  }

  @Test
  void sessionKeysAreLowerCased() throws Exception {
    GatewayClient client = gateway.start().connect();
    client.send("Agent:Main:X", "one", "k1");
    assertThat(client.end("k1").path("sessionKey").asText()).isEqualTo("agent:main:x");
    client.ask("agent:MAIN:x", "two", piece -> {});

    assertThat(gateway.model.requests().get(1).transcript()).hasSize(3);
  }

  @Test
  void aRepeatedKeyBeginsNothing() throws Exception {
    CountDownLatch release = gateway.holdAnswers("slow answer");
    GatewayClient client = gateway.start().connect();

    assertThat(client.send(SESSION, "hello", "key")).isEqualTo("started");
    assertThat(client.send(SESSION, "hello", "key")).isEqualTo("in_flight");
    release.countDown();
    client.end("key");
    assertThat(client.send(SESSION, "hello", "key")).isEqualTo("ok");
    assertThat(gateway.model.requests()).hasSize(1);
  }

  @Test
  void aBusySessionRefusesAnotherMessageAndSaysWhenToTryAgain() throws Exception {
    gateway.model.enqueue(Reply.hangAfter("wait"));
    GatewayClient client = gateway.start().connect();
    client.send(SESSION, "one", "k1");

    GatewayException refusal = refusal(() -> client.send(SESSION, "two", "k2"));

    assertThat(refusal.code()).isEqualTo("SESSION_BUSY");
    assertThat(refusal.error().path("code").asText()).isEqualTo("UNAVAILABLE");
    assertThat(refusal.error().path("retryable").asBoolean()).isTrue();
    assertThat(refusal.error().path("retryAfterMs").asLong()).isPositive();
  }

  @Test
  void noMoreTurnsRunThanMayRun() throws Exception {
    gateway.limits.turns = 2;
    gateway.model.enqueue(Reply.hangAfter("wait"), Reply.hangAfter("wait"));
    GatewayClient client = gateway.start().connect();
    client.send("s1", "one", "k1");
    client.send("s2", "two", "k2");

    assertThat(refusal(() -> client.send("s3", "three", "k3")).code()).isEqualTo("TOO_MANY_TURNS");
  }

  @Test
  void abortClosesTheModelConnectionAtOnceAndKeepsThePartialText() throws Exception {
    gateway.model.enqueue(Reply.hangAfter("half an"));
    GatewayClient client = gateway.start().connect();
    client.send(SESSION, "hello", "key");
    client.state("key", "delta");
    client.state("key", "delta");

    JsonNode answer = client.request("chat.abort", abort("key"));

    assertThat(answer.path("aborted").asBoolean()).isTrue();
    JsonNode end = client.end("key");
    assertThat(end.path("state").asText()).isEqualTo("aborted");
    assertThat(GatewayClient.text(end.path("message"))).isEqualTo("half an");
    assertThat(gateway.model.requests().getFirst().outcome().get(20, SECONDS))
        .isEqualTo(Request.Outcome.CLIENT_GONE);
  }

  @Test
  void abortEndsATurnWhoseModelHasNotEvenAnswered() throws Exception {
    gateway.model.enqueue(Reply.hang());
    GatewayClient client = gateway.start().connect();
    client.send(SESSION, "hello", "key");
    Awaitility.await().until(() -> !gateway.model.requests().isEmpty());

    client.request("chat.abort", abort("key"));

    assertThat(client.end("key").path("state").asText()).isEqualTo("aborted");
    assertThat(client.ask(SESSION, "again", piece -> {})).isEqualTo("Good day to you.");
  }

  @Test
  void abortOfAnotherRunOrAnIdleSessionDoesNothing() throws Exception {
    CountDownLatch release = gateway.holdAnswers("slow answer");
    GatewayClient client = gateway.start().connect();
    client.send(SESSION, "hello", "key");

    assertThat(client.request("chat.abort", abort("other")).path("aborted").asBoolean()).isFalse();
    release.countDown();
    assertThat(client.end("key").path("state").asText()).isEqualTo("final");
    assertThat(client.request("chat.abort", abort("key")).path("aborted").asBoolean()).isFalse();
  }

  @Test
  void waitGivesTheReplyWhenTheTurnIsOverAndLater() throws Exception {
    CountDownLatch release = gateway.holdAnswers("slow answer");
    GatewayClient client = gateway.start().connect();
    client.send(SESSION, "hello", "key");

    CompletableFuture<JsonNode> waiting = client.requestLater("agent.wait", runId("key"));
    release.countDown();
    JsonNode over = waiting.get(20, SECONDS).path("payload");
    assertThat(over.path("status").asText()).isEqualTo("ok");
    assertThat(over.at("/terminalReply/text").asText()).isEqualTo("slow answer");
    assertThat(client.request("agent.wait", runId("key"))).isEqualTo(over);
  }

  @Test
  void waitHasALimitAndKnowsWhatItDoesNotKnow() throws Exception {
    gateway.model.enqueue(Reply.hangAfter("wait"));
    GatewayClient client = gateway.start().connect();
    client.send(SESSION, "hello", "key");

    assertThat(client.request("agent.wait", runId("key").put("timeoutMs", 20)).path("status"))
        .hasToString("\"timeout\"");
    assertThat(client.request("agent.wait", runId("key").put("timeoutMs", 0)).path("status"))
        .hasToString("\"pending\"");
    assertThat(client.request("agent.wait", runId("nobody")).path("status"))
        .hasToString("\"timeout\"");
  }

  @Test
  void waitsAreBoundedPerClient() throws Exception {
    gateway.model.enqueue(Reply.hangAfter("wait"));
    GatewayClient client = gateway.start().connect();
    client.send(SESSION, "hello", "key");
    List<CompletableFuture<JsonNode>> waits = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      waits.add(client.requestLater("agent.wait", runId("key")));
    }

    assertThat(refusal(() -> client.request("agent.wait", runId("key"))).code())
        .isEqualTo("TOO_MANY_REQUESTS");
    client.close();
    gateway.connect().request("chat.abort", abort("key"));
    assertThat(waits).isNotEmpty();
  }

  @Test
  void aTurnGoesOnWithoutItsClientAndIsHeardByTheNextConnection() throws Exception {
    CountDownLatch release = gateway.holdAnswers("one two three four");
    GatewayClient first = gateway.start().connect();
    first.send(SESSION, "hello", "key");
    first.close();

    GatewayClient second = gateway.connect();
    release.countDown();
    JsonNode end = second.end("key");

    assertThat(GatewayClient.text(end.path("message"))).isEqualTo("one two three four");
  }

  @Test
  void historyHasBothSidesAndTheKeysOfQuestions() throws Exception {
    GatewayClient client = gateway.start().connect();
    client.send(SESSION, "hello", "key");
    client.end("key");

    JsonNode messages = client.request("chat.history", history(SESSION)).path("messages");

    assertThat(messages).hasSize(2);
    assertThat(messages.get(0).path("role").asText()).isEqualTo("user");
    assertThat(messages.get(0).path("idempotencyKey").asText()).isEqualTo("key:user");
    assertThat(GatewayClient.text(messages.get(0))).isEqualTo("hello");
    assertThat(messages.get(1).path("role").asText()).isEqualTo("assistant");
    assertThat(GatewayClient.text(messages.get(1))).isEqualTo("Good day to you.");
    JsonNode last = client.request("chat.history", history(SESSION).put("limit", 1));
    assertThat(last.path("messages")).hasSize(1);
    assertThat(client.request("chat.history", history("nothing")).path("messages")).isEmpty();
    assertThat(folder.resolve("sessions").toFile().list()).hasSize(1);
  }

  @Test
  void aWrongTokenIsToldAndClosed() throws Exception {
    GatewayClient client = gateway.start().open("/");

    GatewayException refusal = refusal(() -> client.hello("wrong"));

    assertThat(refusal.code()).isEqualTo("AUTH_TOKEN_MISMATCH");
    assertThat(client.closeCode()).isEqualTo(1008);
    assertThat(gateway.metric("claw_gateway_connections_dropped_total{reason=\"policy\"}"))
        .isEqualTo(1);
  }

  @Test
  void aMissingTokenIsToldAndClosed() throws Exception {
    GatewayClient client = gateway.start().open("/");

    ObjectNode params = JsonNodeFactory.instance.objectNode();
    assertThat(refusal(() -> client.request("connect", params)).code())
        .isEqualTo("AUTH_TOKEN_MISSING");
    assertThat(client.closeCode()).isEqualTo(1008);
  }

  @Test
  void aRotatedTokenCountsWithoutARestart() throws Exception {
    gateway.start().connect();
    Files.writeString(folder.resolve("token"), "rotated");

    GatewayClient client = gateway.open("/");
    assertThat(client.hello("rotated").path("type").asText()).isEqualTo("hello-ok");
    assertThat(refusal(() -> gateway.open("/").hello(TestGateway.TOKEN)).code())
        .isEqualTo("AUTH_TOKEN_MISMATCH");
  }

  @Test
  void nothingIsServedBeforeConnect() throws Exception {
    GatewayClient client = gateway.start().open("/");

    assertThatThrownBy(() -> client.send(SESSION, "hello", "key"))
        .hasMessageContaining("the first request must be connect");
    assertThat(client.closeCode()).isEqualTo(1008);
    assertThat(gateway.model.requests()).isEmpty();
  }

  @Test
  void anotherProtocolVersionIsRefused() throws Exception {
    GatewayClient client = gateway.start().open("/");
    ObjectNode params = JsonNodeFactory.instance.objectNode();
    params.put("minProtocol", 5).put("maxProtocol", 6);
    params.putObject("auth").put("token", TestGateway.TOKEN);

    assertThatThrownBy(() -> client.request("connect", params))
        .hasMessageContaining("only protocol 4 is spoken here");
    assertThat(client.closeCode()).isEqualTo(1008);
  }

  @Test
  void aClientGetsOnlyTheScopesItAskedFor() throws Exception {
    GatewayClient client = gateway.start().open("/");
    ObjectNode params = JsonNodeFactory.instance.objectNode();
    params.putObject("auth").put("token", TestGateway.TOKEN);
    params.putArray("scopes").add("operator.read").add("operator.admin");

    JsonNode hello = client.request("connect", params);

    assertThat(hello.at("/auth/scopes").toString()).isEqualTo("[\"operator.read\"]");
    assertThatThrownBy(() -> client.send(SESSION, "hello", "key"))
        .hasMessageContaining("missing scope: operator.write");
    assertThat(client.request("chat.history", history(SESSION)).path("messages")).isEmpty();
  }

  @Test
  void wrongParametersAreToldByName() throws Exception {
    GatewayClient client = gateway.start().connect();

    assertThat(message(client, "chat.send", "{}")).isEqualTo("sessionKey is required");
    assertThat(message(client, "chat.send", "{'sessionKey':'s','message':'m'}"))
        .isEqualTo("idempotencyKey is required");
    assertThat(message(client, "chat.send", "{'sessionKey':'s','idempotencyKey':'k','message':7}"))
        .isEqualTo("message must be a string with at least one character");
    assertThat(
            message(client, "chat.send", "{'sessionKey':'s','idempotencyKey':'k','message':' '}"))
        .isEqualTo("message must not be blank");
    assertThat(
            message(
                client,
                "chat.send",
                "{'sessionKey':'s','idempotencyKey':'k','message':'m','attachments':[{}]}"))
        .isEqualTo("attachments are not supported");
    assertThat(message(client, "chat.history", "{'sessionKey':'a\\u0000b'}"))
        .isEqualTo("sessionKey must not contain control characters");
    assertThat(message(client, "chat.history", "{'sessionKey':'s','limit':0}"))
        .isEqualTo("limit must be 1 to 1000");
    assertThat(message(client, "agent.wait", "{'runId':'r','timeoutMs':'soon'}"))
        .isEqualTo("timeoutMs must be a whole number");
    assertThat(message(client, "agent.dance", "{}")).isEqualTo("unknown method: agent.dance");
    assertThat(gateway.model.requests()).isEmpty();
  }

  @Test
  void aMessageThatIsTooLongIsRefusedAndTheConnectionLives() throws Exception {
    gateway.limits.message = 10;
    GatewayClient client = gateway.start().connect();

    assertThatThrownBy(() -> client.send(SESSION, "x".repeat(11), "key"))
        .hasMessageContaining("message has 11 characters; at most 10 are accepted");
    assertThat(client.ask(SESSION, "x".repeat(10), piece -> {})).isEqualTo("Good day to you.");
  }

  @Test
  void aReplyThatIsTooLongIsEndedAndTheModelIsLeft() throws Exception {
    gateway.limits.reply = 20;
    gateway.model.enqueue(Reply.hangAfter("word ".repeat(10)));
    GatewayClient client = gateway.start().connect();
    client.send(SESSION, "hello", "key");

    JsonNode end = client.end("key");

    assertThat(end.path("state").asText()).isEqualTo("final");
    assertThat(end.path("stopReason").asText()).isEqualTo("length");
    assertThat(GatewayClient.text(end.path("message"))).startsWith("word word word word ");
    assertThat(gateway.model.requests().getFirst().outcome().get(20, SECONDS))
        .isEqualTo(Request.Outcome.CLIENT_GONE);
  }

  @Test
  void ticksCome() throws Exception {
    gateway.limits.tick = Duration.ofMillis(500);
    GatewayClient client = gateway.start().connect();

    long first = client.event("tick").path("ts").asLong();
    assertThat(client.event("tick").path("ts").asLong()).isGreaterThan(first);
  }

  @Test
  void aTokenInTheUpgradeServesProtocolFourToo() throws Exception {
    GatewayClient client = gateway.start().open("/?token=correct%20horse+battery%20staple");
    ObjectNode params = JsonNodeFactory.instance.objectNode();

    assertThat(client.request("connect", params).path("type").asText()).isEqualTo("hello-ok");
    assertThat(client.ask(SESSION, "hello", piece -> {})).isEqualTo("Good day to you.");
  }

  private static String bootId(TestGateway gateway) {
    GatewayClient client = gateway.open("/");
    return client.hello(TestGateway.TOKEN).at("/server/bootId").asText();
  }

  private static GatewayException refusal(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(GatewayException.class, call);
  }

  private static String message(GatewayClient client, String method, String params)
      throws Exception {
    ObjectNode node =
        (ObjectNode)
            new com.fasterxml.jackson.databind.ObjectMapper().readTree(params.replace('\'', '"'));
    return refusal(() -> client.request(method, node)).error().path("message").asText();
  }

  private static ObjectNode abort(String runId) {
    return runId(runId).put("sessionKey", SESSION);
  }

  private static ObjectNode runId(String runId) {
    return JsonNodeFactory.instance.objectNode().put("runId", runId);
  }

  private static ObjectNode history(String session) {
    return JsonNodeFactory.instance.objectNode().put("sessionKey", session);
  }
}
