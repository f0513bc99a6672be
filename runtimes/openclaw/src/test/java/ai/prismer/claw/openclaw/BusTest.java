package ai.prismer.claw.openclaw;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.Bus;
import ai.prismer.claw.bus.BusSettings;
import ai.prismer.claw.bus.bridge.OpenClawBridge;
import ai.prismer.claw.bus.bridge.Token;
import ai.prismer.claw.bus.journal.Durability;
import ai.prismer.claw.bus.router.RetryPolicy;
import ai.prismer.claw.bus.server.ChannelSettings;
import ai.prismer.claw.testkit.model.Reply;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bus's bridge {@code openclaw-ws} against this gateway, from a channel's socket and back. */
@Timeout(60)
class BusTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TestGateway gateway;
  private Bus bus;
  private Client slack;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    gateway = new TestGateway(folder).start();
    BusSettings settings =
        new BusSettings(
            List.of(ChannelSettings.of("slack")),
            folder.resolve("channels"),
            Set.of(),
            folder.resolve("journal"),
            64L << 20,
            new Durability.Always(),
            new RetryPolicy(5, Duration.ofMillis(50), Duration.ofMillis(500), 0),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1));
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
  }

  @Test
  void aQuestionIsAnsweredInPiecesAndAsAWholeAndTheAnswerBearsItsThread() throws Exception {
    slack.ask("m1", "hello");
    JsonNode answer = slack.next("message");
    assertThat(answer.path("correlationId").asText()).isEqualTo("m1");
    assertThat(answer.path("payload").path("text").asText()).isEqualTo("Good day to you.");
    assertThat(answer.path("payload").path("thread").asText()).isEqualTo("t1");
    assertThat(slack.deltas).isEqualTo("Good day to you.");
  }

  @Test
  void aTurnWhoseConnectionIsLostIsNotAskedTwiceAndItsAnswerIsFound() throws Exception {
    CountDownLatch release = gateway.holdAnswers("only once");
    slack.ask("m1", "hello");
    slack.next("ack");
    while (gateway.model.requests().isEmpty()) {
      Thread.onSpinWait();
    }
    // A second bus life: what the first had out is sent again under the same key.
    bus.runtime().down("the test cuts the connection");
    bus.runtime().up();
    release.countDown();
    assertThat(slack.next("message").path("payload").path("text").asText()).isEqualTo("only once");
    assertThat(gateway.model.requests()).hasSize(1);
  }

  @Test
  void anErrorOfTheModelIsToldToThePerson() throws Exception {
    gateway.model.answer(_ -> Reply.failure(400));
    slack.ask("m1", "hello");
    JsonNode answer = slack.next("message");
    assertThat(answer.path("id").asText()).isEqualTo("m1-err");
    assertThat(answer.path("payload").path("text").asText())
        .startsWith("The agent could not answer: ");
  }

  /** A channel sidecar of a few lines. */
  private static final class Client {
    String deltas = "";
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

    void ask(String id, String text) throws IOException {
      send(
          "{\"id\":\"%s\",\"type\":\"message\",\"payload\":{\"text\":\"%s\",\"thread\":\"t1\"}}"
              .formatted(id, text));
    }

    private void send(String json) throws IOException {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      ByteBuffer frame = ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes);
      socket.write(frame.flip());
    }

    JsonNode next(String type) throws IOException {
      while (true) {
        JsonNode frame = JSON.readTree(in.readNBytes(in.readInt()));
        if (frame.path("type").asText().equals("stream.delta")) {
          deltas += frame.path("payload").path("text").asText();
        } else if (frame.path("type").asText().equals(type)) {
          return frame;
        }
      }
    }
  }
}
