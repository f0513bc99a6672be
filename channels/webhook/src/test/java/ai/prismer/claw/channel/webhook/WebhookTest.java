package ai.prismer.claw.channel.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.bus.server.ChannelMode;
import ai.prismer.claw.channel.fixture.TalkingBus;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sidecar between HTTP and a real bus. */
@Timeout(90)
class WebhookTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String HELLO = Caller.text("hello");

  @TempDir private Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private TalkingBus bus;
  private WebhookChannel channel;
  private Caller caller;

  private void startBus() throws IOException {
    bus = new TalkingBus(folder, "hook", ChannelMode.BIDIRECTIONAL, 16);
  }

  private void startChannel(String config) throws IOException {
    environment.put("CHANNEL_NAME", "hook");
    environment.put("WEBHOOK_SECRET", Caller.SECRET);
    environment.put("IPC_SOCKET_PATH", TalkingBus.socket(folder, "hook").toString());
    environment.put("CHANNEL_CONFIG", "{\"listenPort\":0" + config + "}");
    channel = WebhookChannel.start(new SettingsReader(environment).read(), InstantSource.system());
    caller = new Caller(channel.port());
    if (bus != null) {
      await().atMost(PATIENCE).until(() -> caller.get("readyz").statusCode() == 200);
    }
  }

  @AfterEach
  void end() throws IOException {
    if (channel != null) {
      channel.close();
    }
    if (bus != null) {
      bus.end();
    }
  }

  @Test
  void aQuestionIsAcceptedWhenItIsOnDiskAndItsAnswerCanBeFetchedMoreThanOnce() throws Exception {
    startBus();
    startChannel("");
    HttpResponse<String> accepted = caller.ask(HELLO, Map.of());
    assertThat(accepted.statusCode()).isEqualTo(202);
    String id = Caller.json(accepted).path("id").asText();
    assertThat(accepted.headers().firstValue("Location")).hasValue("/webhook/" + id);
    assertThat(bus.accepted()).isEqualTo(1);
    await().atMost(PATIENCE).until(() -> caller.fetch(id).statusCode() == 200);
    JsonNode answer = Caller.json(caller.fetch(id));
    assertThat(answer.path("text").asText()).isEqualTo("you said hello");
    assertThat(answer.path("payload").path("thread").asText()).isEqualTo("hello");
    await().atMost(PATIENCE).until(() -> bus.owed() == 0);
  }

  @Test
  void anAnswerThatNobodyHasFetchedIsStillTheBusesAndSurvivesTheSidecar() throws Exception {
    startBus();
    startChannel("");
    caller.ask(HELLO, Map.of("Idempotency-Key", "q1"));
    await().atMost(PATIENCE).until(() -> caller.get("metrics").body().contains("held_answers 1"));
    channel.close();
    assertThat(bus.owed()).isEqualTo(1);
    startChannel("");
    await().atMost(PATIENCE).until(() -> caller.fetch("q1").statusCode() == 200);
    await().atMost(PATIENCE).until(() -> bus.owed() == 0);
  }

  @Test
  void anAnswerThatNobodyFetchesInTimeBecomesADeadLetter() throws Exception {
    startBus();
    startChannel(",\"keepAnswersSeconds\":1");
    caller.ask(HELLO, Map.of());
    await().atMost(PATIENCE).until(() -> bus.buried() == 1);
  }

  @Test
  void aCallerWhoPrefersToWaitIsAnsweredInTheResponse() throws Exception {
    startBus();
    startChannel("");
    HttpResponse<String> answer = caller.ask(HELLO, Map.of("Prefer", "respond-async, wait=30"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Caller.json(answer).path("text").asText()).isEqualTo("you said hello");
    await().atMost(PATIENCE).until(() -> bus.owed() == 0);
  }

  @Test
  void aCallerWhoWaitsInVainGets202AndFetchesTheAnswerLater() throws Exception {
    startBus();
    bus.holding = true;
    startChannel("");
    HttpResponse<String> late =
        caller.ask(HELLO, Map.of("Prefer", "wait=1", "Idempotency-Key", "q1"));
    assertThat(late.statusCode()).isEqualTo(202);
    assertThat(caller.fetch("q1").statusCode()).isEqualTo(404);
    bus.answer(bus.asked.take());
    await().atMost(PATIENCE).until(() -> caller.fetch("q1").statusCode() == 200);
  }

  @Test
  void anEventStreamShowsThePiecesAndThenTheWhole() throws Exception {
    startBus();
    bus.holding = true;
    startChannel("");
    CompletableFuture<String> stream =
        CompletableFuture.supplyAsync(() -> {
          try {
            return caller.ask(HELLO, Map.of("Accept", "text/event-stream")).body();
          } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
          }
        });
    Outgoing turn = bus.asked.take();
    bus.piece(turn, "you said ");
    bus.piece(turn, "hello");
    bus.answer(turn);
    String events = stream.get(20, TimeUnit.SECONDS);
    assertThat(events.lines().filter(line -> line.startsWith("event: ")).toList())
        .containsExactly("event: accepted", "event: delta", "event: delta", "event: answer");
    assertThat(events)
        .contains("data: {\"offset\":0,\"text\":\"you said \"}")
        .contains("data: {\"offset\":9,\"text\":\"hello\"}")
        .contains("\"text\":\"you said hello\"");
  }

  @Test
  void withoutTheRightSignatureNothingIsTaken() throws Exception {
    startBus();
    startChannel("");
    String time = Caller.now();
    String good = Caller.sign(time + "." + HELLO);
    String early = Long.toString(Long.parseLong(time) - 301);
    assertThat(caller.raw(HELLO, Map.of()).statusCode()).isEqualTo(401);
    assertThat(caller.raw(HELLO, Map.of("X-Signature-256", "sha256=00")).statusCode())
        .isEqualTo(401);
    assertThat(
            caller
                .raw(HELLO + " ", Map.of("X-Timestamp", time, "X-Signature-256", good))
                .statusCode())
        .as("another body")
        .isEqualTo(401);
    assertThat(caller.raw(HELLO, Map.of("X-Signature-256", good)).statusCode())
        .as("the time left out")
        .isEqualTo(401);
    String old = Caller.sign(early + "." + HELLO);
    assertThat(
            Caller.json(caller.raw(HELLO, Map.of("X-Timestamp", early, "X-Signature-256", old)))
                .path("error")
                .asText())
        .isEqualTo("stale");
    assertThat(caller.get("webhook/q1").statusCode()).as("fetching").isEqualTo(401);
    assertThat(bus.asked).isEmpty();
  }

  @Test
  void theSameRequestAgainIsTakenOnceWithOrWithoutATime() throws Exception {
    startBus();
    startChannel("");
    Map<String, String> original = Map.of("X-Signature-256", Caller.sign(HELLO));
    assertThat(caller.raw(HELLO, original).statusCode()).isEqualTo(202);
    HttpResponse<String> again = caller.raw(HELLO, original);
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(Caller.json(again).path("id").asText()).isNotEmpty();
    String time = Caller.now();
    Map<String, String> timed =
        Map.of("X-Timestamp", time, "X-Signature-256", Caller.sign(time + "." + HELLO));
    assertThat(caller.raw(HELLO, timed).statusCode()).isEqualTo(202);
    assertThat(caller.raw(HELLO, timed).statusCode()).isEqualTo(409);
    assertThat(caller.get("metrics").body()).contains("claw_channel_replays_total 2");
    await().atMost(PATIENCE).until(() -> bus.asked.size() == 2);
  }

  @Test
  void anIdempotencyKeyMakesTwoRequestsOneQuestion() throws Exception {
    startBus();
    startChannel("");
    Map<String, String> key = Map.of("Idempotency-Key", "q1", "Prefer", "wait=20");
    assertThat(caller.ask(HELLO, key).statusCode()).isEqualTo(200);
    HttpResponse<String> again = caller.ask(Caller.text("hello again"), key);
    assertThat(Caller.json(again).path("text").asText()).isEqualTo("you said hello");
    assertThat(bus.ids()).containsExactly("q1");
  }

  @Test
  void whatIsNoQuestionIsRefusedAndAnyOtherObjectIsReadAsText() throws Exception {
    startBus();
    startChannel(",\"maxBodyBytes\":2000");
    assertThat(caller.ask("no json", Map.of()).statusCode()).isEqualTo(400);
    assertThat(caller.ask("[1]", Map.of()).statusCode()).isEqualTo(400);
    assertThat(caller.ask("{\"text\":\" \"}", Map.of()).statusCode()).isEqualTo(400);
    assertThat(caller.ask(HELLO, Map.of("Idempotency-Key", "a b")).statusCode()).isEqualTo(400);
    assertThat(caller.ask("x".repeat(2001), Map.of()).statusCode()).isEqualTo(413);
    assertThat(caller.get("webhook").statusCode()).isEqualTo(405);
    assertThat(caller.get("other").statusCode()).isEqualTo(404);
    HttpResponse<String> event = caller.ask("{\"action\":\"opened\"}", Map.of("Prefer", "wait=20"));
    assertThat(Caller.json(event).path("text").asText())
        .isEqualTo("you said {\"action\":\"opened\"}");
  }

  @Test
  void whileTheBusIsAwayNothingIsAcceptedAndTheSameRequestIsTakenLater() throws Exception {
    startChannel("");
    assertThat(caller.get("readyz").statusCode()).isEqualTo(503);
    assertThat(caller.get("healthz").statusCode()).isEqualTo(200);
    Map<String, String> original = Map.of("X-Signature-256", Caller.sign(HELLO));
    HttpResponse<String> refused = caller.raw(HELLO, original);
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    startBus();
    await().atMost(PATIENCE).until(() -> caller.get("readyz").statusCode() == 200);
    assertThat(caller.raw(HELLO, original).statusCode()).isEqualTo(202);
    await().atMost(PATIENCE).until(() -> bus.asked.size() == 1);
  }

  @Test
  void answersThatNobodyWaitsForArePostedSignedAndAgainUntilTheyAreTaken() throws Exception {
    startBus();
    try (Receiver receiver = new Receiver()) {
      receiver.refusals.set(2);
      startChannel(
          ",\"targetURL\":\"%s\",\"allowPrivateTargets\":true,\"headers\":{\"X-Team\":\"blue\"}"
              .formatted(receiver.url()));
      caller.ask(HELLO, Map.of("Idempotency-Key", "q1"));
      Receiver.Post post = receiver.next();
      assertThat(receiver.received.get()).isEqualTo(3);
      assertThat(post.body()).contains("\"text\":\"you said hello\"");
      assertThat(post.headers()).containsEntry("X-team", "blue");
      assertThat(post.headers()).containsEntry("Idempotency-key", "q1-resp");
      assertThat(post.headers()).containsEntry("X-correlation-id", "q1");
      String time = post.headers().get("X-timestamp");
      assertThat(post.headers())
          .containsEntry("X-signature-256", Caller.sign(time + "." + post.body()));
      await().atMost(PATIENCE).until(() -> bus.owed() == 0);
    }
  }

  @Test
  void aTargetInsideTheClusterIsNotPostedToUnlessThatIsAllowed() throws Exception {
    startBus();
    try (Receiver receiver = new Receiver()) {
      startChannel(
          ",\"targetURL\":\"%s\"".formatted(receiver.url().replace("127.0.0.1", "localhost")));
      caller.ask(HELLO, Map.of());
      await().atMost(PATIENCE).until(() -> bus.buried() == 1);
      assertThat(receiver.received).hasValue(0);
    }
  }

  @Test
  void anEndTakesNothingInButBringsTheAnswerThatSomebodyWaitsFor() throws Exception {
    startBus();
    bus.holding = true;
    startChannel("");
    CompletableFuture<HttpResponse<String>> waiting =
        CompletableFuture.supplyAsync(() -> {
          try {
            return caller.ask(HELLO, Map.of("Prefer", "wait=30"));
          } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
          }
        });
    Outgoing turn = bus.asked.take();
    CompletableFuture<Void> ending = CompletableFuture.runAsync(channel::close);
    await().atMost(PATIENCE).until(() -> caller.get("readyz").statusCode() == 503);
    assertThat(caller.ask(HELLO, Map.of()).statusCode()).isEqualTo(503);
    bus.answer(turn);
    assertThat(Caller.json(waiting.get(20, TimeUnit.SECONDS)).path("text").asText())
        .isEqualTo("you said hello");
    ending.get(20, TimeUnit.SECONDS);
    assertThat(bus.owed()).isZero();
  }

  /** Where answers are posted. */
  private static final class Receiver implements AutoCloseable {
    record Post(String body, Map<String, String> headers) {}

    final AtomicInteger refusals = new AtomicInteger();
    final AtomicInteger received = new AtomicInteger();
    private final BlockingQueue<Post> posts = new LinkedBlockingQueue<>();
    private final HttpServer server;

    Receiver() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            received.incrementAndGet();
            String body =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean refuse = refusals.getAndDecrement() > 0;
            if (!refuse) {
              Map<String, String> headers = new HashMap<>();
              exchange
                  .getRequestHeaders()
                  .forEach((name, all) -> headers.put(name, all.getFirst()));
              posts.add(new Post(body, headers));
            }
            exchange.sendResponseHeaders(refuse ? 503 : 204, -1);
            exchange.close();
          });
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort() + "/answers?team=blue";
    }

    Post next() throws InterruptedException {
      Post next = posts.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("a POST").isNotNull();
      return next;
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
