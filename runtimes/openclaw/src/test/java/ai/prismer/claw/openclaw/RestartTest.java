package ai.prismer.claw.openclaw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.prismer.claw.testkit.gateway.GatewayClient;
import ai.prismer.claw.testkit.gateway.GatewayException;
import ai.prismer.claw.testkit.model.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartTest {
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
  void theConversationAndItsKeysSurvive() throws Exception {
    GatewayClient before = gateway.start().connect();
    before.send("s", "one", "k1");
    before.end("k1");

    GatewayClient after = gateway.restart().connect();

    assertThat(after.send("s", "one", "k1")).isEqualTo("ok");
    after.ask("s", "two", piece -> {});
    assertThat(gateway.model.requests()).hasSize(2);
    assertThat(gateway.model.requests().getLast().transcript())
        .containsExactly("user: one", "assistant: Good day to you.", "user: two");
  }

  @Test
  void aTornLastLineIsCutOffAndNothingIsGluedToIt() throws Exception {
    gateway.start().connect().ask("s", "one", piece -> {});
    Path file = sessionFile();
    Files.writeString(file, "{\"type\":\"user\",\"text\":\"to", StandardOpenOption.APPEND);

    GatewayClient after = gateway.restart().connect();
    after.ask("s", "two", piece -> {});

    assertThat(Files.readAllLines(file)).hasSize(5).allMatch(line -> line.endsWith("}"));
    assertThat(gateway.model.requests().getLast().transcript())
        .containsExactly("user: one", "assistant: Good day to you.", "user: two");
  }

  @Test
  void aDamagedLineInTheMiddleIsPassedOver() throws Exception {
    gateway.start().connect().ask("s", "one", piece -> {});
    Files.writeString(sessionFile(), "\u0000\u0000 no json\n", StandardOpenOption.APPEND);

    gateway.restart().connect().ask("s", "two", piece -> {});

    assertThat(gateway.model.requests().getLast().transcript()).hasSize(3);
  }

  @Test
  void aTurnThatWasCutIsAskedAgainUnderTheSameKey() throws Exception {
    gateway.model.enqueue(Reply.hangAfter("half an"));
    GatewayClient before = gateway.start().connect();
    before.send("s", "one", "k1");
    before.state("k1", "delta");
    gateway.model.enqueue(Reply.text("a whole answer", Duration.ofMillis(100)));

    GatewayClient after = gateway.restart().connect();

    assertThat(after.send("s", "one", "k1")).isIn("in_flight", "ok");
    ObjectNode wait = JsonNodeFactory.instance.objectNode().put("runId", "k1");
    assertThat(after.request("agent.wait", wait).at("/terminalReply/text").asText())
        .isEqualTo("a whole answer");
    assertThat(gateway.model.requests()).hasSize(2);
  }

  @Test
  void aTurnThatWasCutTwiceIsGivenUp() throws Exception {
    gateway.model.enqueue(Reply.hangAfter("half"), Reply.hangAfter("half"));
    GatewayClient first = gateway.start().connect();
    first.send("s", "one", "k1");
    first.state("k1", "delta");
    gateway.restart();
    Awaitility.await().until(() -> gateway.model.requests().size() == 2);

    GatewayClient third = gateway.restart().connect();

    ObjectNode history = JsonNodeFactory.instance.objectNode().put("sessionKey", "s");
    Awaitility.await()
        .until(() -> third.request("chat.history", history).path("messages").size() == 2);
    JsonNode end = third.request("chat.history", history).at("/messages/1");
    assertThat(end.path("errorMessage").asText()).contains("stopped twice");
    assertThat(third.send("s", "one", "k1")).isEqualTo("ok");
    assertThat(gateway.model.requests()).hasSize(2);
  }

  @Test
  void stoppingWaitsForRunningTurnsTellsClientsAndClosesWithRestart() throws Exception {
    CountDownLatch release = gateway.holdAnswers("one two three four five six");
    GatewayClient client = gateway.start().connect();
    client.send("s", "hello", "k1");

    CompletableFuture<Boolean> stopped = stopLater();
    Awaitility.await().until(() -> gateway.get("/ready").statusCode() == 503);
    assertThat(gateway.get("/health").statusCode()).isEqualTo(200);
    GatewayException refusal =
        catchThrowableOfType(GatewayException.class, () -> client.send("other", "late", "k2"));
    assertThat(refusal.code()).isEqualTo("DRAINING");
    assertThat(refusal.error().path("retryable").asBoolean()).isTrue();
    assertThat(stopped).isNotDone();
    release.countDown();

    assertThat(GatewayClient.text(client.end("k1").path("message")))
        .isEqualTo("one two three four five six");
    assertThat(client.event("shutdown").path("reason").asText()).isNotEmpty();
    assertThat(client.closeCode()).isEqualTo(1012);
    assertThat(stopped.join()).isTrue();
  }

  @Test
  void aTurnThatDoesNotEndInTimeIsCutAndResumedByTheNextProcess() throws Exception {
    gateway.limits.drain = Duration.ofMillis(200);
    gateway.model.enqueue(Reply.hangAfter("half"));
    GatewayClient client = gateway.start().connect();
    client.send("s", "hello", "k1");
    client.state("k1", "delta");

    assertThat(stopLater().join()).isFalse();
    assertThat(client.closeCode()).isEqualTo(1012);

    GatewayClient after = gateway.start().connect();
    ObjectNode history = JsonNodeFactory.instance.objectNode().put("sessionKey", "s");
    Awaitility.await()
        .until(() -> after.request("chat.history", history).path("messages").size() == 2);
    assertThat(after.request("chat.history", history).at("/messages/1/content/0/text").asText())
        .isEqualTo("Good day to you.");
  }

  @Test
  void probesAndMetricsTellTheState() throws Exception {
    gateway.start();
    assertThat(gateway.get("/health").statusCode()).isEqualTo(200);
    assertThat(gateway.get("/ready").body()).contains("\"status\":\"ok\"");
    gateway.connect().ask("s", "hello", piece -> {});

    Awaitility.await()
        .until(() -> gateway.metric("claw_gateway_turns_total{outcome=\"answered\"}") == 1);
    assertThat(gateway.metric("claw_gateway_connections")).isEqualTo(1);
    assertThat(gateway.metric("claw_gateway_model_tokens_total{direction=\"output\"}"))
        .isEqualTo(4);
    HttpResponse<String> unknown = gateway.get("/nothing");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).isEqualTo("{\"error\":\"no such path\"}\n");
    assertThat(unknown.headers().firstValue("Content-Type")).contains("application/json");

    Files.delete(folder.resolve("token"));
    assertThat(gateway.get("/ready").statusCode()).isEqualTo(503);
    assertThat(gateway.get("/ready").body()).contains("no token");
  }

  @Test
  void aSessionFolderThatIsGoneMakesSendingFailAndTheGatewayUnready() throws Exception {
    GatewayClient client = gateway.start().connect();
    Files.delete(folder.resolve("sessions"));
    Files.writeString(folder.resolve("sessions"), "a file in the way");

    GatewayException refusal =
        catchThrowableOfType(GatewayException.class, () -> client.send("s", "hello", "k1"));

    assertThat(refusal.code()).isEqualTo("STORAGE");
    assertThat(gateway.get("/ready").body()).contains("the session volume cannot be written to");
    assertThat(gateway.model.requests()).isEmpty();
    Files.delete(folder.resolve("sessions"));
    Files.createDirectory(folder.resolve("sessions"));
    assertThat(client.ask("s", "hello", piece -> {})).isEqualTo("Good day to you.");
    assertThat(gateway.get("/ready").statusCode()).isEqualTo(200);
  }

  private CompletableFuture<Boolean> stopLater() {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return gateway.gateway().stop();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  private Path sessionFile() throws Exception {
    try (var files = Files.list(folder.resolve("sessions"))) {
      return files.findFirst().orElseThrow();
    }
  }
}
