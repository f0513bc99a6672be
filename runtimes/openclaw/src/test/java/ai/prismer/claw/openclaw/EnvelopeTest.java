package ai.prismer.claw.openclaw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.testkit.model.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plain envelope of the original's bus, on the same port. */
class EnvelopeTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private TestGateway gateway;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Messages messages = new Messages();

  @BeforeEach
  void prepare() throws Exception {
    gateway = new TestGateway(folder);
  }

  @AfterEach
  void stop() {
    http.shutdownNow();
    gateway.close();
  }

  @Test
  void aMessageIsAnsweredByOneEnvelopeThatCorrelates() throws Exception {
    gateway.start();
    WebSocket socket = connect("Bearer " + TestGateway.TOKEN, "/");
    send(socket, message("m1", "hello"));

    JsonNode reply = messages.next();

    assertThat(reply.path("id").asText()).isEqualTo("m1-resp");
    assertThat(reply.path("correlationId").asText()).isEqualTo("m1");
    assertThat(reply.path("type").asText()).isEqualTo("message");
    assertThat(reply.path("channel").asText()).isEqualTo("slack");
    assertThat(Instant.parse(reply.path("timestamp").asText())).isNotNull();
    assertThat(reply.path("payload")).hasToString("{\"text\":\"Good day to you.\"}");
    assertThat(messages.queue).isEmpty();
  }

  @Test
  void theTokenMayStandInTheQuery() throws Exception {
    gateway.start();
    WebSocket socket = connect("", "/?token=correct%20horse%20battery%20staple");
    send(socket, message("m1", "hello"));

    assertThat(messages.next().path("id").asText()).isEqualTo("m1-resp");
  }

  @Test
  void aWrongTokenIsUnauthorizedBeforeTheUpgrade() throws Exception {
    gateway.start();
    assertThatThrownBy(() -> connect("Bearer wrong", "/"))
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(401));
  }

  @Test
  void anEnvelopeWithoutATokenClosesTheConnection() throws Exception {
    gateway.start();
    WebSocket socket = connect("", "/");
    assertThat(messages.next().path("event").asText()).isEqualTo("connect.challenge");
    send(socket, message("m1", "hello"));

    assertThat(messages.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1008);
    assertThat(gateway.model.requests()).isEmpty();
  }

  @Test
  void messagesOfOneThreadAreAnsweredInOrderAndShareAConversation() throws Exception {
    CountDownLatch release = gateway.holdAnswers("slow answer");
    gateway.start();
    WebSocket socket = connect("Bearer " + TestGateway.TOKEN, "/");
    send(socket, message("m1", "one"));
    send(socket, message("m2", "two"));
    send(socket, message("m3", "three"));
    release.countDown();

    assertThat(messages.next().path("id").asText()).isEqualTo("m1-resp");
    assertThat(messages.next().path("id").asText()).isEqualTo("m2-resp");
    assertThat(messages.next().path("id").asText()).isEqualTo("m3-resp");
    assertThat(gateway.model.requests().get(1).transcript())
        .containsExactly("user: one", "assistant: slow answer", "user: two");
  }

  @Test
  void anEnvelopeThatIsSentAgainGetsTheAnswerAgain() throws Exception {
    gateway.start();
    WebSocket socket = connect("Bearer " + TestGateway.TOKEN, "/");
    send(socket, message("m1", "hello"));
    JsonNode first = messages.next();
    send(socket, message("m1", "hello"));

    assertThat(messages.next().path("payload")).isEqualTo(first.path("payload"));
    assertThat(gateway.model.requests()).hasSize(1);
  }

  @Test
  void aFailureIsAnEnvelopeToo() throws Exception {
    gateway.model.enqueue(Reply.failure(400));
    gateway.start();
    WebSocket socket = connect("Bearer " + TestGateway.TOKEN, "/");
    send(socket, message("m1", "hello"));

    JsonNode reply = messages.next();
    assertThat(reply.path("id").asText()).isEqualTo("m1-err");
    assertThat(reply.path("correlationId").asText()).isEqualTo("m1");
    assertThat(reply.at("/payload/text").asText()).contains("HTTP 400");
    send(socket, message("m2", ""));
    assertThat(messages.next().path("id").asText()).isEqualTo("m2-err");
  }

  @Test
  void registerAndHeartbeatAreAcknowledged() throws Exception {
    gateway.start();
    WebSocket socket = connect("Bearer " + TestGateway.TOKEN, "/");
    send(socket, "{\"id\":\"h1\",\"type\":\"heartbeat\",\"timestamp\":\"2026-01-01T00:00:00Z\"}");

    JsonNode ack = messages.next();
    assertThat(ack.path("type").asText()).isEqualTo("ack");
    assertThat(ack.path("correlationId").asText()).isEqualTo("h1");
    assertThat(ack.at("/payload/ref").asText()).isEqualTo("h1");
  }

  private WebSocket connect(String authorization, String path) {
    URI uri = gateway.url().resolve(path);
    WebSocket.Builder builder = http.newWebSocketBuilder();
    if (!authorization.isEmpty()) {
      builder.header("Authorization", authorization);
    }
    return builder.buildAsync(uri, messages).join();
  }

  private static void send(WebSocket socket, String text) throws Exception {
    socket.sendText(text, true).get(20, TimeUnit.SECONDS);
  }

  private static String message(String id, String text) {
    return JSON.createObjectNode()
        .put("id", id)
        .put("type", "message")
        .put("timestamp", "2026-01-01T00:00:00Z")
        .put("channel", "slack")
        .set("payload", JSON.createObjectNode().put("text", text).put("thread", "T1"))
        .toString();
  }

  private static final class Messages implements WebSocket.Listener {
    final BlockingQueue<JsonNode> queue = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();

    JsonNode next() throws Exception {
      JsonNode message = queue.poll(20, TimeUnit.SECONDS);
      assertThat(message).as("the next message").isNotNull();
      return message;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        try {
          queue.add(JSON.readTree(partial.toString()));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
          throw new IllegalStateException(e);
        }
        partial.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      return null;
    }
  }
}
