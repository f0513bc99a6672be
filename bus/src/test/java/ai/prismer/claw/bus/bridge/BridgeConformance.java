package ai.prismer.claw.bus.bridge;

import static ai.prismer.claw.bus.BusFixture.ack;
import static ai.prismer.claw.bus.BusFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.prismer.claw.bus.BusFixture;
import ai.prismer.claw.bus.Wire;
import ai.prismer.claw.bus.journal.DeadLetter;
import ai.prismer.claw.bus.server.ChannelMode;
import ai.prismer.claw.bus.server.ChannelSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every bridge has to stand that carries turns, from a channel's socket and back. Where
 * runtimes differ the expectation follows {@link Capabilities}, as the bus does.
 */
@Timeout(120)
abstract class BridgeConformance {
  /** Of the fixture's policy. */
  private static final int ATTEMPTS = 5;

  @TempDir Path folder;
  final ScriptedAgent agent = new ScriptedAgent();
  StandIn runtime;
  BusFixture bus;
  Wire slack;

  /** What was shown of answers while they were made, by the question's id. */
  private final Map<String, String> shown = new HashMap<>();

  /** The runtime that the bridge is for, whose agent is {@link #agent}. */
  abstract StandIn standIn() throws IOException;

  /** What the answer's id ends with when the runtime was killed in the middle of a turn. */
  abstract String afterKill();

  /** What the agent was asked when the runtime was killed over a "hello" that it had begun. */
  List<String> questionsAfterKill() {
    return List.of("hello", "next");
  }

  /** Whether the runtime takes connections, of which it wants to know whose they are. */
  boolean isConnectedTo() {
    return true;
  }

  @BeforeEach
  void startAll() throws Exception {
    token("right");
    runtime = standIn();
    runtime.start();
    startBus(Duration.ofSeconds(60));
  }

  @AfterEach
  void endAll() throws IOException {
    bus.close();
    runtime.close();
  }

  final void token(String text) throws IOException {
    Files.writeString(folder.resolve("token"), text);
  }

  final Bridge bridge() throws IOException {
    return runtime.bridge(new Token(folder.resolve("token")));
  }

  final void startBus(Duration turnLimit) throws Exception {
    bus =
        new BusFixture(
            folder,
            bridge(),
            turnLimit,
            new ChannelSettings("slack", ChannelMode.BIDIRECTIONAL, 8, 1024, 0.8, 0.3));
    slack = bus.client("slack");
  }

  final void ask(String id, String thread, String text) throws IOException {
    slack.send(BusFixture.message(id, "slack", text).replace("\"t1\"", "\"" + thread + "\""));
  }

  final Wire.Frame answer() throws IOException, InterruptedException {
    Wire.Frame frame = slack.next();
    while (!frame.envelope().type().equals("message")) {
      if (frame.envelope().type().equals("stream.delta")) {
        String question = String.valueOf(frame.envelope().correlationId());
        String before = shown.getOrDefault(question, "");
        assertThat(frame.payload()).containsEntry("offset", Integer.toString(before.length()));
        shown.put(question, before + frame.payload().get("text"));
      }
      frame = slack.next();
    }
    slack.send(ack(frame));
    return frame;
  }

  private List<String> questions() {
    return agent.turns.stream().map(ScriptedAgent.Turn::question).toList();
  }

  @Test
  void anAnswerComesInPiecesAndAsAWholeAndBearsItsThread() throws Exception {
    ask("m1", "t1", "hello");
    Wire.Frame answer = answer();
    assertThat(answer.envelope().id()).isEqualTo("m1-resp");
    assertThat(answer.envelope().correlationId()).isEqualTo("m1");
    assertThat(answer.payload()).containsEntry("text", "Good day to you.");
    assertThat(answer.payload()).containsEntry("thread", "t1");
    assertThat(shown).containsEntry("m1", "Good day to you.");
  }

  @Test
  void aThreadIsASessionAndAnotherThreadIsAnother() throws Exception {
    ask("m1", "t1", "hello");
    answer();
    ask("m2", "t1", "and you?");
    answer();
    ask("m3", "t2", "elsewhere");
    answer();
    assertThat(questions()).containsExactly("hello", "and you?", "elsewhere");
    List<String> sessions = agent.turns.stream().map(ScriptedAgent.Turn::session).toList();
    assertThat(sessions.get(0)).isEqualTo(sessions.get(1)).matches("[a-z0-9._:-]{1,128}");
    assertThat(sessions.get(2)).isNotEqualTo(sessions.get(0));
  }

  @Test
  void whatToolsDoIsNoPartOfTheAnswer() throws Exception {
    agent.does((_, voice) -> {
      voice.tool("look_up");
      voice.say("Found.");
      return "Found.";
    });
    ask("m1", "t1", "hello");
    assertThat(answer().payload()).containsEntry("text", "Found.");
    assertThat(shown).containsEntry("m1", "Found.");
  }

  @Test
  void aTurnThatLastsTooLongIsEndedAtTheRuntimeTooAndItsThreadGoesOn() throws Exception {
    assumeTrue(bridge().capabilities().abort());
    bus.close();
    startBus(Duration.ofSeconds(8));
    CountDownLatch never = agent.holds("too late");
    ask("m1", "t1", "hello");
    Wire.Frame told = answer();
    assertThat(told.envelope().id()).isEqualTo("m1-err");
    assertThat(told.payload().get("text")).contains("no answer within 8 s");
    await(() -> agent.ended.contains("hello"));
    never.countDown();
    ask("m2", "t1", "and you?");
    assertThat(answer().envelope().id()).isEqualTo("m2-resp");
  }

  @Test
  void aMessageThatAChannelSendsTwiceIsOneTurn() throws Exception {
    CountDownLatch release = agent.holds("once");
    ask("m1", "t1", "hello");
    ask("m1", "t1", "hello");
    await(() -> !agent.turns.isEmpty());
    release.countDown();
    assertThat(answer().envelope().id()).isEqualTo("m1-resp");
    ask("m1", "t1", "hello");
    ask("m2", "t1", "next");
    assertThat(answer().envelope().id()).isEqualTo("m2-resp");
    assertThat(questions()).containsExactly("hello", "next");
  }

  @Test
  void aBusThatEndsInTheMiddleOfATurnIsFollowedByOneThatFindsItsAnswerOrSaysThatItIsLost()
      throws Exception {
    CountDownLatch release = agent.holds("once");
    ask("m1", "t1", "hello");
    await(() -> !agent.turns.isEmpty());
    Bridge next = bridge();
    bus.restart(next);
    release.countDown();
    slack = bus.client("slack");
    Wire.Frame answer = answer();
    assertThat(answer.envelope().id())
        .isEqualTo(next.capabilities().idempotentSend() ? "m1-resp" : "m1-unknown");
    assertThat(questions()).containsExactly("hello");
    ask("m2", "t1", "next");
    assertThat(answer().envelope().id()).isEqualTo("m2-resp");
  }

  @Test
  void aRuntimeThatIsKilledInTheMiddleOfATurnLosesItOnceAndThePersonIsTold() throws Exception {
    CountDownLatch release = agent.holds("once");
    ask("m1", "t1", "hello");
    await(() -> !agent.turns.isEmpty());
    runtime.kill();
    release.countDown();
    runtime.start();
    assertThat(answer().envelope().id()).isEqualTo("m1" + afterKill());
    ask("m2", "t1", "next");
    assertThat(answer().envelope().id()).isEqualTo("m2-resp");
    assertThat(questions()).containsExactlyElementsOf(questionsAfterKill());
  }

  @Test
  void aRuntimeThatIsAwayIsWaitedForAndCostsNoAttempt() throws Exception {
    await(this::isUp);
    runtime.kill();
    ask("m1", "t1", "hello");
    slack.next("ack");
    await(() -> !isUp());
    runtime.start();
    assertThat(answer().envelope().id()).isEqualTo("m1-resp");
    assertThat(questions()).containsExactly("hello");
  }

  @Test
  void aRuntimeThatTakesNoConnectionCostsNoAttemptBeforeTheBridgeHasNoticedEither()
      throws Exception {
    assumeTrue(isConnectedTo());
    await(this::isUp);
    runtime.deafen();
    ask("m1", "t1", "hello");
    slack.next("ack");
    await(() -> retries() > 2 * ATTEMPTS);
    assertThat(deadLetters()).isEmpty();
    runtime.start();
    assertThat(answer().envelope().id()).isEqualTo("m1-resp");
    assertThat(questions()).containsExactly("hello");
  }

  @Test
  void aRuntimeThatIsThereAndRefusesUsesUpTheAttemptsAndTheThreadGoesOn() throws Exception {
    assumeTrue(isConnectedTo());
    runtime.refuse(Integer.MAX_VALUE);
    ask("m1", "t1", "hello");
    await(() -> !deadLetters().isEmpty());
    assertThat(deadLetters()).extracting(DeadLetter::attempts).containsExactly(ATTEMPTS);
    runtime.refuse(0);
    ask("m2", "t1", "next");
    assertThat(answer().envelope().id()).isEqualTo("m2-resp");
    assertThat(questions()).containsExactly("next");
  }

  private boolean isUp() {
    return bus.bus().ask(() -> bus.bus().runtime().isUp()).join();
  }

  private int inFlight() {
    return bus.bus().ask(() -> bus.bus().channels().getFirst().inbound().inFlight()).join();
  }

  private long retries() {
    return bus.bus().ask(() -> bus.bus().channels().getFirst().inbound().retries()).join();
  }

  private List<DeadLetter> deadLetters() {
    return bus.bus().journal().deadLetters().join();
  }

  @Test
  void beforeTheRuntimeIsStoppedTheTurnThatIsOutComesBackAndNoOtherBegins() throws Exception {
    CountDownLatch release = agent.holds("in time");
    ask("m1", "t1", "hello");
    await(() -> !agent.turns.isEmpty());
    ask("m2", "t1", "after it");
    // It has left its lane, and waits for the thread's turn that is out.
    await(() -> inFlight() == 2);
    CompletableFuture<Boolean> idle =
        bus.bus().drain(Duration.ofSeconds(60), Optional.of(Duration.ofSeconds(20)));
    assertThat(idle).isNotDone();
    release.countDown();
    assertThat(answer().envelope().id()).isEqualTo("m1-resp");
    assertThat(idle.join()).isTrue();
    assertThat(questions()).containsExactly("hello");
  }

  @Test
  void whatTheRuntimeRefusesForNowIsSentAgain() throws Exception {
    runtime.refuse(2);
    ask("m1", "t1", "hello");
    assertThat(answer().envelope().id()).isEqualTo("m1-resp");
    assertThat(questions()).containsExactly("hello");
  }

  @Test
  void aTokenThatIsWrongIsReadAnewUntilItIsRight() throws Exception {
    assumeTrue(isConnectedTo());
    bus.close();
    token("wrong");
    startBus(Duration.ofSeconds(60));
    ask("m1", "t1", "hello");
    slack.next("ack");
    await(() -> runtime.strangers() >= 2);
    assertThat(questions()).isEmpty();
    token("right");
    assertThat(answer().envelope().id()).isEqualTo("m1-resp");
  }

  @Test
  void questionsOfOneThreadWaitForEachOtherAndThoseOfAnotherDoNot() throws Exception {
    CountDownLatch release = agent.holds("done");
    ask("m1", "t1", "first");
    ask("m2", "t1", "second");
    ask("m3", "t2", "elsewhere");
    int atOnce = Math.min(2, bridge().capabilities().maxInFlight());
    await(() -> agent.turns.size() == atOnce);
    assertThat(questions())
        .containsExactlyInAnyOrderElementsOf(List.of("first", "elsewhere").subList(0, atOnce));
    release.countDown();
    List<String> answered = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answered.add(answer().envelope().id());
    }
    assertThat(answered).containsExactlyInAnyOrder("m1-resp", "m2-resp", "m3-resp");
    assertThat(questions()).hasSize(3).element(atOnce).isEqualTo("second");
  }

  @Test
  void aMessageLongerThanTheRuntimeTakesIsToldToThePersonAndHoldsNobodyUp() throws Exception {
    ask("m1", "t1", "x".repeat(bridge().capabilities().maxBytes()));
    assertThat(answer().payload())
        .containsEntry("reason", "the message is longer than the agent takes");
    ask("m2", "t1", "y".repeat(400_000));
    assertThat(answer().envelope().id()).isEqualTo("m2-resp");
    assertThat(questions()).containsExactly("y".repeat(400_000));
  }

  @Test
  void anErrorOfTheAgentIsToldAndTheThreadGoesOn() throws Exception {
    agent.does((question, _) -> {
      if (question.equals("hello")) {
        throw new ScriptedAgent.Failure("no credit with the model");
      }
      return "better";
    });
    ask("m1", "t1", "hello");
    Wire.Frame told = answer();
    assertThat(told.envelope().id()).isEqualTo("m1-err");
    assertThat(told.payload()).containsEntry("status", "ERROR");
    assertThat(told.payload().get("reason")).contains("no credit with the model");
    ask("m2", "t1", "again");
    assertThat(answer().payload()).containsEntry("text", "better");
  }

  @Test
  void anAnswerWithoutTextIsAnErrorAndNotAnEmptyMessage() throws Exception {
    bus.close();
    startBus(Duration.ofSeconds(4));
    agent.does((_, _) -> "");
    ask("m1", "t1", "hello");
    assertThat(answer().envelope().id()).isEqualTo("m1-err");
  }
}
