package ai.prismer.claw.bus.admin;

import static ai.prismer.claw.bus.BusFixture.ack;
import static ai.prismer.claw.bus.BusFixture.await;
import static ai.prismer.claw.bus.BusFixture.message;
import static ai.prismer.claw.bus.FrameRuntime.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.bus.BusFixture;
import ai.prismer.claw.bus.Wire;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.JournalFullException;
import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.bus.server.ChannelSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AdminTest {
  private BusFixture bus;
  private Path socket;
  private AdminServer admin;
  private Probes probes;

  @BeforeEach
  void open(@TempDir Path folder) throws IOException {
    bus = new BusFixture(folder, ChannelSettings.of("slack"));
    socket = folder.resolve("admin.sock");
    admin = new AdminServer(bus.bus(), socket);
    probes = new Probes(InetAddress.getLoopbackAddress(), 0, Duration.ofMillis(300));
  }

  @AfterEach
  void close() throws IOException {
    probes.close();
    admin.close();
    bus.close();
  }

  @Test
  void aDeadLetterIsListedShownReplayedAndGone() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    kill(runtime, slack, "m1");
    String list = ask("dlq", "list");
    assertThat(list)
        .contains(
            "\"channel\":\"slack\"", "\"direction\":\"outbound\"", "broken", "\"attempts\":1");
    String id = id(list);
    assertThat(ask("dlq", "show", id)).contains("\"correlationId\":\"m1\"");
    assertThat(ask("dlq", "replay", id)).isEqualTo("replayed 1\n");
    Wire.Frame again = slack.next("message");
    assertThat(again.envelope().correlationId()).isEqualTo("m1");
    slack.send(ack(again));
    assertThat(ask("dlq", "list")).isEmpty();
  }

  @Test
  void aPurgedLetterIsGoneAndTheOthersAreNot() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    kill(runtime, slack, "m1");
    kill(runtime, slack, "m2");
    assertThat(ask("status")).contains("\"deadLetterCount\":2");
    assertThat(ask("dlq", "purge", id(ask("dlq", "list")), "999999")).isEqualTo("purged 1\n");
    assertThat(ask("dlq", "list")).contains("\"id\"").doesNotContain("\n{");
    assertThat(ask("status")).contains("\"deadLetterCount\":1");
  }

  @Test
  void aReplayThatStopsHalfwaySaysHowMuchWasDone() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    kill(runtime, slack, "m1");
    String id = id(ask("dlq", "list"));

    String wrong = AdminServer.ask(socket, List.of("dlq", "replay", id, "999999"), nowhere());

    assertThat(wrong).isEqualTo("there is no dead letter 999999; replayed before it: 1");
    assertThat(slack.next("message").envelope().correlationId()).isEqualTo("m1");
  }

  @Test
  void aReplayThatFindsNoRoomLeavesNothingBehindAndKeepsTheLetter() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    slack.send(message("m1", "slack", "hello"));
    slack.next("ack");
    runtime.send(answer(runtime.next(), "long ".repeat(1_000_000)));
    kill(slack, slack.next("message"));
    String id = id(ask("dlq", "list"));
    fill();
    int before = bus.bus().journal().statistics().join().messages();

    String wrong = AdminServer.ask(socket, List.of("dlq", "replay", id), nowhere());

    assertThat(wrong).startsWith("the journal's share of the disk is used up");
    await(() -> bus.bus().journal().statistics().join().messages() == before);
    assertThat(id(ask("dlq", "list"))).isEqualTo(id);
  }

  /**
   * Leaves room for some parts of a long letter: fills the disk, behind the back of the lane, which
   * has bounds of its own, and then frees a segment, of 2 MiB.
   */
  private void fill() throws IOException {
    Journal journal = bus.bus().journal();
    Lane lane = bus.bus().channels().getFirst().inbound().lane();
    List<Long> filling = new ArrayList<>();
    assertThatThrownBy(
            () -> {
              while (true) {
                filling.add(journal.append(lane, ByteBuffer.allocate(100_000)));
              }
            })
        .isInstanceOf(JournalFullException.class);
    int full = journal.statistics().join().usedSegments();
    for (int i = 0; journal.statistics().join().usedSegments() == full; i++) {
      journal.acknowledge(lane, filling.get(i));
    }
  }

  @Test
  void whatIsAskedWronglyIsAnsweredByASentence() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(AdminServer.ask(socket, List.of("dlq", "show", "7"), out))
        .isEqualTo("there is no dead letter 7");
    assertThat(AdminServer.ask(socket, List.of("dlq", "replay", "7"), out))
        .isEqualTo("there is no dead letter 7");
    assertThat(AdminServer.ask(socket, List.of("dlq", "purge", "x"), out))
        .isEqualTo("\"x\" is not the id of a dead letter");
    assertThat(AdminServer.ask(socket, List.of("launch"), out)).startsWith("unknown command");
    assertThat(out.size()).isZero();
  }

  @Test
  void statusNamesEveryChannelAndTheRuntime() throws Exception {
    Wire _ = bus.runtime();
    Wire _ = bus.client("slack");
    await(() -> bus.bus().ask(() -> bus.bus().runtime().isUp()).join());
    assertThat(ask("status"))
        .contains("\"runtimeConnected\":true", "\"channel\":\"slack\"", "\"connected\":true");
  }

  @Test
  void theProbesSayWhetherItListensAndTheMetricsCountWhatHappened() throws Exception {
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    probes.ready(bus.bus());
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/healthz").body()).isEqualTo("ok\n");
    assertThat(get("/nowhere").statusCode()).isEqualTo(404);
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    kill(runtime, slack, "m1");
    await(() -> bus.bus().journal().statistics().join().deadLetters() == 1);
    assertThat(get("/metrics").body())
        .contains(
            "claw_ipcbus_messages_total{channel=\"slack\",direction=\"inbound\"} 1\n",
            "claw_ipcbus_messages_total{channel=\"slack\",direction=\"outbound\"} 1\n",
            "claw_ipcbus_dlq_total{channel=\"slack\",direction=\"outbound\"} 1\n",
            "claw_ipcbus_dlq_size 1\n",
            "claw_ipcbus_dlq_messages{channel=\"slack\",direction=\"inbound\"} 0\n",
            "claw_ipcbus_dlq_messages{channel=\"slack\",direction=\"outbound\"} 1\n",
            "claw_ipcbus_pressure{channel=\"slack\"} 0\n",
            "claw_ipcbus_sidecar_connections{channel=\"slack\"} 1\n",
            "claw_ipcbus_bridge_connected 1\n");
  }

  @Test
  void aDrainAnswersWhenTheTurnIsOverAndIntakeOpensAgain() throws Exception {
    probes.ready(bus.bus());
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    slack.send(message("m1", "slack", "hello"));
    slack.next("ack");
    Wire.Frame question = runtime.next();
    Thread answering =
        Thread.ofVirtual()
            .start(() -> {
              try {
                runtime.send(answer(question, "hi"));
                slack.send(ack(slack.next("message")));
              } catch (IOException | InterruptedException failed) {
                throw new IllegalStateException(failed);
              }
            });
    assertThat(get("/drain").body()).isEqualTo("idle\n");
    answering.join();
    for (int i = 2; ; i++) {
      slack.send(message("m" + i, "slack", "more"));
      if (slack.next().envelope().type().equals("ack")) {
        break;
      }
    }
  }

  @Test
  void whoConnectsToTheHealthPortAndSaysNothingHoldsUpNobody() throws Exception {
    probes.ready(bus.bus());
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), probes.port())) {
      assertThat(silent.isConnected()).isTrue();
      assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }
  }

  private void kill(Wire runtime, Wire slack, String id) throws Exception {
    slack.send(message(id, "slack", "hello"));
    slack.next("ack");
    runtime.send(answer(runtime.next(), "hi"));
    kill(slack, slack.next("message"));
  }

  /** Has the message become a dead letter. */
  private void kill(Wire slack, Wire.Frame message) throws Exception {
    int before = bus.bus().journal().deadLetters().join().size();
    slack.send(
        "{\"id\":\"n\",\"type\":\"nack\",\"correlationId\":\"%s\",\"payload\":{\"code\":\"broken\",\"retryable\":false}}"
            .formatted(message.envelope().id()));
    await(() -> bus.bus().journal().deadLetters().join().size() == before + 1);
  }

  private static ByteArrayOutputStream nowhere() {
    return new ByteArrayOutputStream();
  }

  private static String id(String list) {
    Matcher id = Pattern.compile("\"id\":(\\d+)").matcher(list);
    assertThat(id.find()).isTrue();
    return id.group(1);
  }

  private String ask(String... command) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(AdminServer.ask(socket, List.of(command), out)).isNull();
    return out.toString(StandardCharsets.UTF_8);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + probes.port() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
