package ai.prismer.claw.openclaw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.bus.Bus;
import ai.prismer.claw.bus.BusSettings;
import ai.prismer.claw.bus.bridge.OpenClawBridge;
import ai.prismer.claw.bus.bridge.Token;
import ai.prismer.claw.bus.journal.Durability;
import ai.prismer.claw.bus.router.RetryPolicy;
import ai.prismer.claw.bus.server.ChannelMode;
import ai.prismer.claw.bus.server.ChannelSettings;
import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.Request;
import ai.prismer.claw.testkit.model.ScriptedModel;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bus's bridge {@code openclaw-ws} against this gateway as a process, from a channel's socket
 * and back: what every bridge has to stand.
 */
@Timeout(120)
class BusTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private final ScriptedModel model = ScriptedModel.start(Reply.text("Good day to you."));
  private GatewayProcess gateway;
  private Bus bus;
  private Client slack;

  @BeforeEach
  void start() throws Exception {
    gateway = new GatewayProcess(folder, model.openAiUrl()).start();
    startBus(Duration.ofSeconds(60));
  }

  private void startBus(Duration turnLimit) throws Exception {
    BusSettings settings =
        new BusSettings(
            List.of(new ChannelSettings("slack", ChannelMode.BIDIRECTIONAL, 8, 1024, 0.8, 0.3)),
            folder.resolve("channels"),
            Set.of(),
            folder.resolve("journal"),
            64L << 20,
            new Durability.Always(),
            new RetryPolicy(5, Duration.ofMillis(50), Duration.ofMillis(500), 0),
            turnLimit,
            Duration.ZERO,
            0);
    bus =
        Bus.start(
            settings,
            new OpenClawBridge(gateway.url(), new Token(folder.resolve("token")), new Random(1)),
            InstantSource.system(),
            new Random(2),
            Throwable::printStackTrace);
    slack = new Client(folder.resolve("channels/slack/bus.sock"));
  }

  @AfterEach
  void end() throws IOException {
    bus.close();
    gateway.close();
    model.close();
  }

  private CountDownLatch hold(String text) {
    CountDownLatch release = new CountDownLatch(1);
    model.answer(_ -> {
      try {
        assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return Reply.text(text);
    });
    return release;
  }

  private void awaitRequests(int count) {
    await().atMost(PATIENCE).until(() -> model.requests().size() >= count);
  }

  private boolean isUp() throws InterruptedException, ExecutionException {
    return bus.ask(() -> bus.runtime().isUp()).get();
  }

  @Test
  void aQuestionIsAnsweredInPiecesAndAsAWholeAndTheAnswerBearsItsThread() throws Exception {
    slack.ask("m1", "t1", "hello");
    JsonNode answer = slack.answer();
    assertThat(answer.path("correlationId").asText()).isEqualTo("m1");
    assertThat(answer.path("payload").path("text").asText()).isEqualTo("Good day to you.");
    assertThat(answer.path("payload").path("thread").asText()).isEqualTo("t1");
    assertThat(slack.deltas.get("m1")).isEqualTo("Good day to you.");
  }

  @Test
  void aTurnWhoseConnectionIsLostIsNotAskedTwiceAndItsAnswerIsFound() throws Exception {
    CountDownLatch release = hold("only once");
    slack.ask("m1", "t1", "hello");
    awaitRequests(1);
    bus.runtime().down("the test cuts the connection");
    bus.runtime().up();
    release.countDown();
    assertThat(slack.answer().path("payload").path("text").asText()).isEqualTo("only once");
    assertThat(model.requests()).hasSize(1);
  }

  @Test
  void aBusThatEndsInTheMiddleOfATurnIsFollowedByOneThatBringsTheAnswer() throws Exception {
    CountDownLatch release = hold("only once");
    slack.ask("m1", "t1", "hello");
    awaitRequests(1);
    bus.close();
    // The turn ends while nobody is connected to hear of it.
    release.countDown();
    startBus(Duration.ofSeconds(60));
    assertThat(slack.answer().path("payload").path("text").asText()).isEqualTo("only once");
    assertThat(model.requests()).hasSize(1);
  }

  @Test
  void aGatewayThatIsKilledInTheMiddleOfATurnAnswersItInItsNextLife() throws Exception {
    CountDownLatch release = hold("after the crash");
    slack.ask("m1", "t1", "hello");
    awaitRequests(1);
    gateway.kill();
    release.countDown();
    gateway.start();
    JsonNode answer = slack.answer();
    assertThat(answer.path("id").asText()).isEqualTo("m1-resp");
    assertThat(answer.path("payload").path("text").asText()).isEqualTo("after the crash");
    // Resumed by the gateway, and not sent by the bus as well.
    assertThat(model.requests()).hasSize(2);
    assertThat(slack.hasMore()).isFalse();
  }

  @Test
  void aTurnThatLastsTooLongIsEndedAtTheModelToo() throws Exception {
    bus.close();
    startBus(Duration.ofSeconds(2));
    model.answer(_ -> Reply.hangAfter("I begin and "));
    slack.ask("m1", "t1", "hello");
    JsonNode answer = slack.answer();
    assertThat(answer.path("id").asText()).isEqualTo("m1-err");
    assertThat(answer.path("payload").path("text").asText()).contains("no answer within 2 s");
    assertThat(model.requests().getFirst().outcome().get(20, TimeUnit.SECONDS))
        .isEqualTo(Request.Outcome.CLIENT_GONE);
  }

  @Test
  void anErrorOfTheModelIsToldToThePerson() throws Exception {
    model.answer(_ -> Reply.failure(400));
    slack.ask("m1", "t1", "hello");
    JsonNode answer = slack.answer();
    assertThat(answer.path("id").asText()).isEqualTo("m1-err");
    assertThat(answer.path("payload").path("status").asText()).isEqualTo("ERROR");
    assertThat(answer.path("payload").path("text").asText())
        .startsWith("The agent could not answer: ");
  }

  @Test
  void aMessageLongerThanTheGatewayTakesIsToldToThePersonAndHoldsNobodyUp() throws Exception {
    slack.ask("m1", "t1", "x".repeat(900_000));
    JsonNode answer = slack.answer();
    assertThat(answer.path("id").asText()).isEqualTo("m1-err");
    slack.ask("m2", "t1", "hello");
    assertThat(slack.answer().path("id").asText()).isEqualTo("m2-resp");
  }

  @Test
  void anAnswerWithoutTextIsAnErrorAndNotAnEmptyMessage() throws Exception {
    model.answer(_ -> Reply.text(""));
    slack.ask("m1", "t1", "hello");
    assertThat(slack.answer().path("id").asText()).isEqualTo("m1-err");
  }

  @Test
  void questionsOfOneThreadWaitForEachOtherAndThoseOfAnotherDoNot() throws Exception {
    CountDownLatch release = hold("done");
    AtomicInteger seen = new AtomicInteger();
    model.observe(_ -> seen.incrementAndGet());
    slack.ask("m1", "t1", "first");
    slack.ask("m2", "t1", "second");
    slack.ask("m3", "t2", "elsewhere");
    awaitRequests(2);
    assertThat(model.requests())
        .allSatisfy(request ->
            assertThat(request.transcript().getLast()).isIn("user: first", "user: elsewhere"));
    release.countDown();
    List<String> answered =
        List.of(
            slack.answer().path("id").asText(),
            slack.answer().path("id").asText(),
            slack.answer().path("id").asText());
    assertThat(answered).containsExactlyInAnyOrder("m1-resp", "m2-resp", "m3-resp");
    assertThat(answered.indexOf("m1-resp")).isLessThan(answered.indexOf("m2-resp"));
    assertThat(seen).hasValue(3);
  }

  @Test
  void aTokenThatIsWrongIsReadAnewUntilItIsRight() throws Exception {
    bus.close();
    Path token = folder.resolve("token");
    Files.writeString(token, "t");
    await().atMost(PATIENCE).until(() -> gatewayAnswers());
    Files.writeString(folder.resolve("bus-token"), "wrong");
    BusSettings settings =
        new BusSettings(
            List.of(ChannelSettings.of("slack")),
            folder.resolve("channels"),
            Set.of(),
            folder.resolve("journal"),
            64L << 20,
            new Durability.Always(),
            RetryPolicy.DEFAULT,
            Duration.ofSeconds(60),
            Duration.ZERO,
            0);
    bus =
        Bus.start(
            settings,
            new OpenClawBridge(
                gateway.url(), new Token(folder.resolve("bus-token")), new Random(1)),
            InstantSource.system(),
            new Random(2),
            Throwable::printStackTrace);
    slack = new Client(folder.resolve("channels/slack/bus.sock"));
    slack.ask("m1", "t1", "hello");
    await().during(Duration.ofSeconds(1)).atMost(PATIENCE).until(() -> !isUp());
    Files.writeString(folder.resolve("bus-token"), "t");
    assertThat(slack.answer().path("id").asText()).isEqualTo("m1-resp");
  }

  private boolean gatewayAnswers() {
    try (java.net.Socket socket = new java.net.Socket()) {
      socket.connect(
          new java.net.InetSocketAddress(gateway.url().getHost(), gateway.url().getPort()), 500);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** A channel sidecar of a few lines. */
  private static final class Client {
    final Map<String, String> deltas = new HashMap<>();
    private final SocketChannel socket;
    private final DataInputStream in;

    Client(Path address) throws Exception {
      socket = SocketChannel.open(StandardProtocolFamily.UNIX);
      socket.connect(UnixDomainSocketAddress.of(address));
      in = new DataInputStream(Channels.newInputStream(socket));
      send(
          "{\"id\":\"r\",\"type\":\"register\",\"channel\":\"slack\",\"payload\":{\"protocol\":2}}");
      next("ack");
    }

    void ask(String id, String thread, String text) throws IOException {
      send(
          "{\"id\":\"%s\",\"type\":\"message\",\"channel\":\"slack\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"payload\":{\"text\":\"%s\",\"thread\":\"%s\"}}"
              .formatted(id, text, thread));
    }

    private void send(String json) throws IOException {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      ByteBuffer frame = ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes);
      frame.flip();
      while (frame.hasRemaining()) {
        socket.write(frame);
      }
    }

    /** The next answer, which is acknowledged. */
    JsonNode answer() throws IOException {
      JsonNode answer = next("message");
      send(
          "{\"id\":\"a\",\"type\":\"ack\",\"correlationId\":\"%s\",\"payload\":{}}"
              .formatted(answer.path("id").asText()));
      return answer;
    }

    /** Whether something has come that nobody has read. */
    boolean hasMore() throws IOException {
      return in.available() > 0;
    }

    JsonNode next(String type) throws IOException {
      while (true) {
        JsonNode frame = JSON.readTree(in.readNBytes(in.readInt()));
        if (frame.path("type").asText().equals("stream.delta")) {
          String question = frame.path("correlationId").asText();
          String before = deltas.getOrDefault(question, "");
          assertThat(frame.path("payload").path("offset").asInt()).isEqualTo(before.length());
          deltas.put(question, before + frame.path("payload").path("text").asText());
        } else if (frame.path("type").asText().equals(type)) {
          return frame;
        }
      }
    }
  }
}
