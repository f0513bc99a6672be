package ai.prismer.claw.bus.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.journal.JournalFixture;
import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.bus.router.BusLane;
import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.bus.router.RetryPolicy;
import ai.prismer.claw.contract.Envelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A turn that was sent before, against what a gateway says of its session. */
@Timeout(60)
class GatewayTurnsTest {
  private static final String SEEN =
      "\"messages\":[{\"role\":\"user\",\"idempotencyKey\":\"m1:user\",\"content\":\"hello\"}]";

  private final GatewayCalls calls = new GatewayCalls();
  private final Told told = new Told();
  private final GatewayTurns turns = new GatewayTurns(calls, told);
  private final EventLoop loop = new EventLoop(0, Throwable::printStackTrace);
  private final BusLane lane =
      new BusLane(
          "slack",
          new Lane(0, false),
          new JournalFixture().open(),
          loop,
          RetryPolicy.DEFAULT,
          1,
          8,
          new Random(3),
          0);

  GatewayTurnsTest() throws IOException {}

  @AfterEach
  void end() throws IOException {
    loop.start();
    loop.close();
  }

  private void begin(int attempt) {
    String frame =
        "{\"id\":\"m1\",\"type\":\"message\",\"channel\":\"slack\",\"payload\":{\"text\":\"hello\"}}";
    turns.begin(
        new Outgoing(
            1,
            lane,
            1,
            attempt,
            new Envelope("m1", "message", "slack", null, null, null),
            new Outgoing.Whole(ByteBuffer.wrap(frame.getBytes(StandardCharsets.UTF_8)))));
  }

  /** The next call has to be of this method, and is answered so. */
  private void answer(String method, String payload) throws Exception {
    String frame = calls.frames().poll(20, TimeUnit.SECONDS);
    JsonTree call = JsonTree.read(String.valueOf(frame));
    assertThat(call.get("method").text()).isEqualTo(method);
    calls.answered(
        JsonTree.read(
            "{\"id\":\"%s\",\"ok\":true,\"payload\":{%s}}"
                .formatted(call.get("id").text(), payload)));
  }

  private static String history(boolean active, @Nullable String status) {
    return SEEN
        + ",\"sessionInfo\":{\"hasActiveRun\":%b%s}"
            .formatted(active, status == null ? "" : ",\"status\":\"" + status + "\"");
  }

  private void answers() throws IOException {
    turns.chat(
        JsonTree.read("{\"runId\":\"m1\",\"state\":\"final\",\"message\":{\"content\":\"hi\"}}"));
    assertThat(told.answers).containsExactly("hi");
  }

  @Test
  void oneThatTheGatewayHasSeenAndForgottenIsSentOnceMore() throws Exception {
    begin(2);
    answer("chat.history", history(false, null));
    answer("agent.wait", "\"status\":\"timeout\"");
    answer("chat.history", history(false, null));
    answer("chat.send", "\"status\":\"started\"");
    answers();
    assertThat(calls.frames()).isEmpty();
  }

  @Test
  void oneThatRunsIsWaitedForHoweverLongItTakes() throws Exception {
    begin(2);
    answer("chat.history", history(true, "running"));
    for (int i = 0; i < 3; i++) {
      answer("agent.wait", "\"status\":\"timeout\"");
      answer("chat.history", history(true, "running"));
    }
    answer("agent.wait", "\"status\":\"ok\",\"terminalReply\":{\"text\":\"hi\"}");
    assertThat(told.answers).containsExactly("hi");
  }

  @Test
  void oneThatIsToBeResumedIsLeftToTheGatewayForAWhile() throws Exception {
    begin(2);
    answer("chat.history", history(false, "running"));
    for (int i = 0; i < 9; i++) {
      answer("agent.wait", "\"status\":\"timeout\"");
      answer("chat.history", history(false, "running"));
    }
    answer("chat.send", "\"status\":\"started\"");
    answers();
  }

  @Test
  void aGatewayThatDoesNotTellIsWaitedFor() throws Exception {
    begin(2);
    answer("chat.history", SEEN);
    for (int i = 0; i < 3; i++) {
      answer("agent.wait", "\"status\":\"timeout\"");
      answer("chat.history", SEEN);
    }
    answer("agent.wait", "\"status\":\"ok\",\"terminalReply\":{\"text\":\"hi\"}");
    assertThat(told.answers).containsExactly("hi");
  }

  /** What the bus is told. */
  private static final class Told implements BridgeEvents {
    private final List<String> answers = new ArrayList<>();

    @Override
    public void up() {}

    @Override
    public void down(String reason) {}

    @Override
    public void away() {}

    @Override
    public CompletableFuture<Void> frame(ByteBuffer bytes, boolean first, boolean last) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void acknowledged(Outgoing turn) {}

    @Override
    public void delta(Outgoing turn, String text) {}

    @Override
    public void answered(Outgoing turn, String text) {
      answers.add(text);
    }

    @Override
    public void erred(Outgoing turn, String reason) {
      answers.add("error: " + reason);
    }

    @Override
    public void failed(Outgoing turn, String reason, boolean retryable) {
      answers.add("failed: " + reason);
    }

    @Override
    public void unreached(Outgoing turn) {}

    @Override
    public void unknown(Outgoing turn, String reason) {
      answers.add("unknown: " + reason);
    }
  }
}
