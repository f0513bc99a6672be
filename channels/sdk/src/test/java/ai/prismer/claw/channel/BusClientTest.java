package ai.prismer.claw.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.bus.Bus;
import ai.prismer.claw.bus.BusSettings;
import ai.prismer.claw.bus.bridge.Bridge;
import ai.prismer.claw.bus.bridge.BridgeEvents;
import ai.prismer.claw.bus.bridge.Capabilities;
import ai.prismer.claw.bus.journal.Durability;
import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.bus.router.RetryPolicy;
import ai.prismer.claw.bus.server.ChannelMode;
import ai.prismer.claw.bus.server.ChannelSettings;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The SDK at the socket of a real bus, whose runtime is a few lines of this test. */
@Timeout(60)
class BusClientTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private Bus bus;
  private BusClient client;
  private final Heard heard = new Heard();

  /** What the listener was told. */
  private static final class Heard implements ChannelListener {
    final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<String> deltas = new LinkedBlockingQueue<>();
    BiConsumer<Message, Receipt> reaction = (_, receipt) -> receipt.done();

    @Override
    public void message(Message message, Receipt receipt) {
      messages.add(message);
      reaction.accept(message, receipt);
    }

    @Override
    public void delta(String question, int offset, String text) {
      deltas.add(question + "@" + offset + ":" + text);
    }

    Message next() throws InterruptedException {
      Message next = messages.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("a message").isNotNull();
      return next;
    }
  }

  /** A runtime that answers each question in two pieces. */
  private static final class Echo implements Bridge {
    final List<String> asked = new ArrayList<>();
    private BridgeEvents events;

    @Override
    public Capabilities capabilities() {
      return new Capabilities(true, false, false, true, 8, 0, 1 << 20);
    }

    @Override
    public void start(BridgeEvents listener) {
      events = listener;
      listener.up();
    }

    @Override
    public void send(Outgoing turn) {
      asked.add(turn.envelope().id());
      String text = turn.address().getOrDefault("text", "");
      if (!text.equals("silence")) {
        events.delta(turn, "you said ");
        events.delta(turn, text);
        events.answered(turn, "you said " + text);
      }
    }

    @Override
    public void close() {}
  }

  private Echo startBus(ChannelMode mode) throws IOException {
    Echo echo = new Echo();
    BusSettings settings =
        new BusSettings(
            List.of(new ChannelSettings("hook", mode, 1, 1024, 0.8, 0.3)),
            folder.resolve("channels"),
            Set.of(),
            folder.resolve("journal"),
            64L << 20,
            new Durability.Always(),
            new RetryPolicy(5, Duration.ofMillis(20), Duration.ofMillis(200), 0),
            Duration.ofSeconds(30),
            Duration.ZERO,
            0);
    bus =
        Bus.start(
            settings, echo, InstantSource.system(), new Random(1), Throwable::printStackTrace);
    return echo;
  }

  private ChannelOptions options() {
    return ChannelOptions.of("hook", folder.resolve("channels/hook/bus.sock"))
        .withRate(100_000, 100_000)
        .with(new StreamStrategy.PassThrough());
  }

  private void connect(ChannelOptions options) {
    client = BusClient.connect(options, heard);
  }

  private static ObjectNode text(String text) {
    return JSON.createObjectNode().put("text", text).put("thread", "t1");
  }

  @AfterEach
  void end() throws IOException {
    if (client != null) {
      client.close();
    }
    if (bus != null) {
      bus.close();
    }
  }

  @Test
  void aQuestionIsOnDiskWhenItsSendIsDoneAndItsAnswerComesInPiecesAndAsAWhole() throws Exception {
    startBus(ChannelMode.BIDIRECTIONAL);
    connect(options());
    Message question = client.question(text("hello"));
    client.send(question).get(20, TimeUnit.SECONDS);
    assertThat(bus.ask(() -> bus.channels().getFirst().inbound().accepted()).get()).isEqualTo(1);
    Message answer = heard.next();
    assertThat(answer.question()).isEqualTo(question.id());
    assertThat(answer.text()).isEqualTo("you said hello");
    assertThat(answer.payload().path("thread").asText()).isEqualTo("t1");
    assertThat(heard.deltas)
        .containsExactly(question.id() + "@0:you said ", question.id() + "@9:hello");
    await()
        .atMost(PATIENCE)
        .until(() -> bus.ask(() -> bus.channels().getFirst().outbound().owed()).get() == 0);
  }

  @Test
  void whatIsSentWhileTheBusIsAwayArrivesOnceAndInOrderWhenItIsBack() throws Exception {
    connect(options());
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sent.add(client.send(client.question("m" + i, text("number " + i))));
    }
    assertThat(sent).noneMatch(CompletableFuture::isDone);
    Echo echo = startBus(ChannelMode.BIDIRECTIONAL);
    CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
    for (int i = 0; i < 200; i++) {
      assertThat(heard.next().text()).isEqualTo("you said number " + i);
    }
    assertThat(echo.asked).hasSize(200);
    assertThat(bus.ask(() -> bus.channels().getFirst().inbound().duplicates()).get()).isZero();
  }

  @Test
  void aBusThatRestartsUnderLoadLosesNothingAndAsksNothingTwice() throws Exception {
    startBus(ChannelMode.BIDIRECTIONAL);
    connect(options());
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      if (i == 40 || i == 80) {
        bus.close();
        startBus(ChannelMode.BIDIRECTIONAL);
      }
      sent.add(client.send(client.question("m" + i, text("number " + i))));
    }
    CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
    List<String> answers = new ArrayList<>();
    while (answers.size() < 120) {
      String text = heard.next().text();
      // An answer whose receipt was lost with the connection comes again.
      if (!answers.contains(text)) {
        answers.add(text);
      }
    }
    for (int i = 0; i < 120; i++) {
      assertThat(answers.get(i)).isEqualTo("you said number " + i);
    }
  }

  @Test
  void oneMoreThanTheBufferHoldsIsRefusedWhileTheBusIsAway() throws Exception {
    connect(options());
    for (int i = 0; i < 256; i++) {
      assertThat(client.send(client.question(text("x")))).isNotDone();
    }
    assertThatThrownBy(() -> client.send(client.question(text("x"))))
        .isInstanceOf(BusyException.class)
        .hasMessage("the bus is away");
    assertThat(client.unacknowledged()).isEqualTo(256);
    assertThat(client.lastError()).isNotNull();
  }

  @Test
  void moreAtOnceThanTheRateIsRefusedWithATimeToWait() throws Exception {
    startBus(ChannelMode.BIDIRECTIONAL);
    connect(options().withRate(1, 2));
    // Not waited for: while the disk takes them, the third would be allowed again.
    var one = client.send(client.question(text("one")));
    var two = client.send(client.question(text("two")));
    assertThatThrownBy(() -> client.send(client.question(text("three"))))
        .isInstanceOfSatisfying(
            BusyException.class,
            busy -> assertThat(busy.retryAfter()).isBetween(Duration.ZERO, Duration.ofSeconds(1)));
    one.get(20, TimeUnit.SECONDS);
    two.get(20, TimeUnit.SECONDS);
  }

  @Test
  void whatTheBusWillNeverTakeFailsWithItsReason() throws Exception {
    startBus(ChannelMode.OUTBOUND);
    connect(options());
    assertThatThrownBy(() -> client.send(client.question(text("x"))).get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(RefusedException.class)
        .hasMessageContaining("mode");
  }

  @Test
  void anAnswerThatCouldNotBeDeliveredComesAgainAndThenIsALetterAmongTheDead() throws Exception {
    startBus(ChannelMode.BIDIRECTIONAL);
    List<String> ids = new ArrayList<>();
    heard.reaction =
        (message, receipt) -> {
          ids.add(message.id());
          receipt.failed("vendor_down", ids.size() < 3);
        };
    connect(options());
    client.send(client.question("q", text("hello"))).get(20, TimeUnit.SECONDS);
    await()
        .atMost(PATIENCE)
        .until(() -> bus.ask(() -> bus.channels().getFirst().outbound().buried()).get() == 1);
    assertThat(ids).containsExactly("q-resp", "q-resp", "q-resp");
  }

  @Test
  void aListenerThatThrowsDoesNotEndTheChannel() throws Exception {
    startBus(ChannelMode.BIDIRECTIONAL);
    List<String> ids = new ArrayList<>();
    heard.reaction =
        (message, receipt) -> {
          ids.add(message.id());
          if (ids.size() == 1) {
            throw new IllegalStateException("the channel's own fault");
          }
          receipt.done();
        };
    connect(options());
    client.send(client.question("q", text("hello"))).get(20, TimeUnit.SECONDS);
    await()
        .atMost(PATIENCE)
        .until(() ->
            bus.ask(() -> bus.channels().getFirst().outbound().owed()).get() == 0
                && ids.size() == 2);
  }
}
