package ai.prismer.claw.bus.bridge;

import static ai.prismer.claw.bus.BusFixture.ack;
import static ai.prismer.claw.bus.BusFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.BusFixture;
import ai.prismer.claw.bus.Wire;
import ai.prismer.claw.bus.server.ChannelMode;
import ai.prismer.claw.bus.server.ChannelSettings;
import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.Request;
import ai.prismer.claw.testkit.model.ScriptedModel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every bridge has to stand, against a server of OpenAI's format. */
@Timeout(60)
class ChatCompletionsBridgeTest {
  @TempDir Path folder;
  private final ScriptedModel model = ScriptedModel.start(Reply.text("Good day to you."));
  private BusFixture bus;
  private Wire slack;

  private Bridge bridge() {
    URI base = URI.create(model.openAiUrl() + "/");
    return new ChatCompletionsBridge(
        base,
        new Token(folder.resolve("token")),
        "hermes",
        folder.resolve("memory"),
        new Random(1));
  }

  @BeforeEach
  void start() throws Exception {
    Files.writeString(folder.resolve("token"), "sk-test");
    bus =
        new BusFixture(
            folder,
            bridge(),
            new ChannelSettings("slack", ChannelMode.BIDIRECTIONAL, 8, 1024, 0.8, 0.3));
    slack = bus.client("slack");
  }

  @AfterEach
  void end() throws IOException {
    bus.close();
    model.close();
  }

  private void ask(String id, String thread, String text) throws IOException {
    slack.send(BusFixture.message(id, "slack", text).replace("\"t1\"", "\"" + thread + "\""));
  }

  private static Reply after(CountDownLatch release, String text) {
    try {
      release.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
    return Reply.text(text);
  }

  private Wire.Frame answer() throws IOException, InterruptedException {
    Wire.Frame answer = slack.next("message");
    slack.send(ack(answer));
    return answer;
  }

  @Test
  void anAnswerComesInPiecesAndAsAWholeAndTheConversationGoesOn() throws Exception {
    ask("m1", "t1", "hello");
    StringBuilder pieces = new StringBuilder();
    Wire.Frame frame = slack.next();
    while (!frame.envelope().type().equals("message")) {
      if (frame.envelope().type().equals("stream.delta")) {
        assertThat(frame.payload()).containsEntry("offset", Integer.toString(pieces.length()));
        pieces.append(frame.payload().get("text"));
      }
      frame = slack.next();
    }
    slack.send(ack(frame));
    assertThat(pieces.toString()).isEqualTo("Good day to you.");
    assertThat(frame.payload()).containsEntry("text", "Good day to you.");
    assertThat(frame.payload()).containsEntry("thread", "t1");
    ask("m2", "t1", "and you?");
    answer();
    ask("m3", "t2", "elsewhere");
    answer();
    assertThat(model.requests().get(1).transcript())
        .containsExactly("user: hello", "assistant: Good day to you.", "user: and you?");
    assertThat(model.requests().get(2).transcript()).containsExactly("user: elsewhere");
    assertThat(model.requests().get(0).model()).isEqualTo("hermes");
    assertThat(model.requests().get(0).header("Authorization")).hasValue("Bearer sk-test");
  }

  @Test
  void whatARuntimeEndsBeforeItLeavesIsAnswered() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    model.answer(_ -> after(release, "Farewell."));
    ask("m1", "t1", "hello");
    await(() -> model.requests().size() == 1);
    Thread leaving = Thread.ofVirtual().start(model::leave);
    await(() -> !bus.bus().ask(() -> bus.bus().runtime().isUp()).join());
    release.countDown();
    assertThat(answer().payload()).containsEntry("text", "Farewell.");
    leaving.join();
  }

  @Test
  void aTurnWhoseConnectionBrokeIsNotMadeAgainAndThePersonIsTold() throws Exception {
    model.enqueue(Reply.cutAfter("I begin and "));
    ask("m1", "t1", "hello");
    Wire.Frame told = answer();
    assertThat(told.envelope().id()).isEqualTo("m1-unknown");
    assertThat(told.payload()).containsEntry("status", "UNKNOWN");
    ask("m2", "t1", "again");
    assertThat(answer().envelope().id()).isEqualTo("m2-resp");
    assertThat(model.requests()).hasSize(2);
  }

  @Test
  void aBusThatEndedInTheMiddleOfATurnTellsThePersonInItsNextLife() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    model.answer(_ -> after(release, "too late"));
    ask("m1", "t1", "hello");
    await(() -> model.requests().size() == 1);
    bus.restart(bridge());
    slack = bus.client("slack");
    assertThat(answer().envelope().id()).isEqualTo("m1-unknown");
    release.countDown();
    assertThat(model.requests()).hasSize(1);
  }

  @Test
  void whatTheRuntimeRefusesForNowIsMadeAgain() throws Exception {
    model.enqueue(Reply.rateLimited(Duration.ofSeconds(1)), Reply.failure(503));
    ask("m1", "t1", "hello");
    assertThat(answer().envelope().id()).isEqualTo("m1-resp");
    assertThat(model.requests()).hasSize(3);
  }

  @Test
  void anErrorAnEmptyAnswerAndATooLongMessageAreToldToThePerson() throws Exception {
    model.enqueue(Reply.failure(400), Reply.text(""));
    ask("m1", "t1", "hello");
    assertThat(answer().envelope().id()).isEqualTo("m1-err");
    ask("m2", "t1", "hello");
    assertThat(answer().payload()).containsEntry("reason", "the agent said nothing");
    ask("m3", "t1", "x".repeat(300_000));
    assertThat(answer().payload())
        .containsEntry("reason", "the message is longer than the agent takes");
    assertThat(model.requests()).hasSize(2);
  }

  @Test
  void questionsOfOneThreadWaitForEachOtherAndThoseOfAnotherDoNot() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    model.answer(_ -> after(release, "done"));
    ask("m1", "t1", "first");
    ask("m2", "t1", "second");
    ask("m3", "t2", "elsewhere");
    await(() -> model.requests().size() == 2);
    assertThat(model.requests())
        .extracting(request -> request.transcript().getLast())
        .containsExactlyInAnyOrder("user: first", "user: elsewhere");
    release.countDown();
    answer();
    answer();
    answer();
  }

  @Test
  void aTurnThatLastsTooLongIsEndedAtTheRuntimeToo() throws Exception {
    bus.close();
    bus = new BusFixture(folder, bridge(), Duration.ofSeconds(1), ChannelSettings.of("slack"));
    slack = bus.client("slack");
    model.answer(_ -> Reply.hangAfter("I begin and "));
    ask("m1", "t1", "hello");
    assertThat(answer().payload().get("text")).contains("no answer within 1 s");
    assertThat(model.requests().getFirst().outcome().get(20, TimeUnit.SECONDS))
        .isEqualTo(Request.Outcome.CLIENT_GONE);
  }
}
