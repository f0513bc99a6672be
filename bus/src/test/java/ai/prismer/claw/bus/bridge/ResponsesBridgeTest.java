package ai.prismer.claw.bus.bridge;

import static ai.prismer.claw.bus.BusFixture.ack;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.BusFixture;
import ai.prismer.claw.bus.Wire;
import ai.prismer.claw.bus.server.ChannelSettings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bridge against a server that keeps conversations by response id, and turns by key. */
@Timeout(60)
class ResponsesBridgeTest {
  @TempDir Path folder;
  private ResponsesServer runtime;
  private BusFixture bus;
  private Wire slack;

  private Bridge bridge() {
    return new ResponsesBridge(
        runtime.url(),
        new Token(folder.resolve("token")),
        "default",
        folder.resolve("memory"),
        new Random(1));
  }

  @BeforeEach
  void start() throws Exception {
    Files.writeString(folder.resolve("token"), "right");
    runtime = new ResponsesServer();
    bus = new BusFixture(folder, bridge(), ChannelSettings.of("slack"));
    slack = bus.client("slack");
  }

  @AfterEach
  void end() throws IOException {
    bus.close();
    runtime.close();
  }

  private Wire.Frame ask(String id, String text) throws IOException, InterruptedException {
    slack.send(BusFixture.message(id, "slack", text));
    Wire.Frame answer = slack.next("message");
    slack.send(ack(answer));
    return answer;
  }

  @Test
  void aConversationGoesOnFromItsLastResponseAlsoInTheBusesNextLife() throws Exception {
    assertThat(ask("m1", "hello").payload()).containsEntry("text", "1: hello");
    assertThat(ask("m2", "and you?").payload()).containsEntry("text", "2: and you?");
    bus.restart(bridge());
    slack = bus.client("slack");
    assertThat(ask("m3", "still there?").payload()).containsEntry("text", "3: still there?");
    assertThat(runtime.asked)
        .extracting(body -> body.path("previous_response_id").asText())
        .containsExactly("", "r1", "r2");
  }

  @Test
  void aTurnWhoseStreamBrokeIsSentAgainToTheLetterAndAnsweredOnce() throws Exception {
    ask("m1", "hello");
    runtime.cutNext = true;
    assertThat(ask("m2", "and you?").payload()).containsEntry("text", "2: and you?");
    assertThat(runtime.turns).hasSize(2);
    assertThat(runtime.asked).hasSize(3);
    assertThat(runtime.asked.get(2)).isEqualTo(runtime.asked.get(1));
  }

  @Test
  void aTurnThatWasAnsweredBeforeACrashIsAskedWithWhatItNamedThen() throws Exception {
    ask("m1", "hello");
    ask("m2", "and you?");
    // As after a crash between remembering the response and journalling the answer.
    bus.close();
    bus = new BusFixture(folder.resolve("anew"), bridge(), ChannelSettings.of("slack"));
    slack = bus.client("slack");
    assertThat(ask("m2", "and you?").payload()).containsEntry("text", "2: and you?");
    assertThat(runtime.asked.get(2)).isEqualTo(runtime.asked.get(1));
    assertThat(ask("m3", "next").payload()).containsEntry("text", "3: next");
    assertThat(runtime.asked.get(3).path("previous_response_id").asText()).isEqualTo("r2");
  }

  @Test
  void status200WithAFailureInItIsAnErrorThatThePersonIsTold() throws Exception {
    runtime.failNext = true;
    Wire.Frame answer = ask("m1", "hello");
    assertThat(answer.envelope().id()).isEqualTo("m1-err");
    assertThat(answer.payload()).containsEntry("reason", "no tool of that name");
  }

  @Test
  void tooManyRequestsAreMadeAgainLater() throws Exception {
    runtime.limitNext = true;
    assertThat(ask("m1", "hello").envelope().id()).isEqualTo("m1-resp");
  }

  @Test
  void aTokenThatIsWrongIsReadAnewUntilItIsRight() throws Exception {
    bus.close();
    Files.writeString(folder.resolve("token"), "wrong");
    bus = new BusFixture(folder, bridge(), ChannelSettings.of("slack"));
    slack = bus.client("slack");
    slack.send(BusFixture.message("m1", "slack", "hello"));
    slack.next("ack");
    BusFixture.await(() -> runtime.strangers.size() >= 2);
    assertThat(runtime.asked).isEmpty();
    Files.writeString(folder.resolve("token"), "right");
    assertThat(slack.next("message").envelope().id()).isEqualTo("m1-resp");
  }

  /** A server of {@code /v1/responses}: one turn a key, whatever becomes of the connection. */
  private static final class ResponsesServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    final List<JsonNode> asked = new CopyOnWriteArrayList<>();
    final List<String> strangers = new CopyOnWriteArrayList<>();
    final Map<String, Integer> turns = new ConcurrentHashMap<>();
    volatile boolean cutNext;
    volatile boolean failNext;
    volatile boolean limitNext;
    private final HttpServer server;

    ResponsesServer() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/v1/models", exchange -> plain(exchange, 200));
      server.createContext("/v1/responses", this::respond);
      server.start();
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/");
    }

    private void plain(HttpExchange exchange, int status) throws IOException {
      String token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      boolean known = token.equals("Bearer right");
      if (!known) {
        strangers.add(token);
      }
      exchange.sendResponseHeaders(known ? status : 401, -1);
      exchange.close();
    }

    private void respond(HttpExchange exchange) throws IOException {
      JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
      if (limitNext) {
        limitNext = false;
        plain(exchange, 429);
        return;
      }
      asked.add(body);
      String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      int number = turns.computeIfAbsent(key, _ -> turns.size() + 1);
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = exchange.getResponseBody()) {
        event(out, "{\"type\":\"response.output_text.delta\",\"delta\":\"" + number + ": \"}");
        if (cutNext) {
          cutNext = false;
          return;
        }
        if (failNext) {
          failNext = false;
          event(
              out,
              "{\"type\":\"response.completed\",\"response\":{\"id\":\"r0\",\"status\":\"failed\",\"error\":{\"message\":\"no tool of that name\"}}}");
          return;
        }
        event(
            out,
            "{\"type\":\"response.completed\",\"response\":{\"id\":\"r%d\",\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"%d: %s\"}]}]}}"
                .formatted(number, number, body.path("input").asText()));
      }
    }

    private static void event(OutputStream out, String data) throws IOException {
      out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
