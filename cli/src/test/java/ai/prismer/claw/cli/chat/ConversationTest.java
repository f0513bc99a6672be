package ai.prismer.claw.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Terminal;
import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.Request;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Turns with the project's own gateway over a real WebSocket. */
class ConversationTest {
  private static final String SESSION = "agent:main:test";
  private static final Duration LONG = RunningGateway.PATIENCE;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Screen screen = new Screen(new PrintWriter(out), new PrintWriter(err));
  private RunningGateway gateway;

  @BeforeEach
  void start() throws Exception {
    gateway = new RunningGateway(folder);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void anAnswerIsShownAndEndsItsLine() {
    try (Conversation conversation = conversation(LONG, new Typist())) {
      conversation.ask("hello");
    }

    assertThat(shown()).isEqualTo("Good day to you.\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theAgentRemembersWhatWasSaidBefore() {
    try (Conversation conversation = conversation(LONG, new Typist())) {
      conversation.ask("one");
      conversation.ask("two");
    }

    assertThat(gateway.model().requests().getLast().transcript())
        .containsExactly("user: one", "assistant: Good day to you.", "user: two");
  }

  @Test
  void whatTheModelSaysSteersNoTerminalWhereverItIsCut() {
    gateway
        .model()
        .enqueue(
            new Reply.Text(
                List.of("a\u001b", "[2Jb\u202e", "c\r", "\nd\te\u009b", "2J"), Duration.ZERO));

    try (Conversation conversation = conversation(LONG, new Typist())) {
      conversation.ask("hello");
    }

    assertThat(shown()).isEqualTo("a\\u{1b}[2Jb\\u{202e}c\nd    e\\u{9b}2J\n");
  }

  @Test
  void controlCStopsTheTurnWhosePiecesHaveComeAndTheNextOneIsFree() throws Exception {
    gateway.model().enqueue(Reply.hangAfter("half an"));
    Typist typist = new Typist();
    try (Conversation conversation = conversation(LONG, typist)) {
      CompletableFuture<CommandException> turn = later(conversation, "hello");
      await().until(() -> shown().equals("half an"));

      typist.pressControlC();

      assertThat(turn.get(20, TimeUnit.SECONDS)).hasMessage("the turn was stopped");
      assertThat(shown()).isEqualTo("half an\n");
      Request stopped = gateway.model().requests().getFirst();
      assertThat(stopped.outcome().get(20, TimeUnit.SECONDS))
          .isEqualTo(Request.Outcome.CLIENT_GONE);
      conversation.ask("again");
      assertThat(shown()).isEqualTo("half an\nGood day to you.\n");
    }
  }

  @Test
  void anAnswerThatTakesTooLongIsStopped() throws Exception {
    gateway.model().enqueue(Reply.hangAfter("half an"));
    try (Conversation conversation = conversation(Duration.ofSeconds(1), new Typist())) {
      CommandException late = failure(conversation, "hello");

      assertThat(late.lines())
          .containsExactly(
              "error: the answer did not end within 1s: the turn was stopped",
              "next: allow more with --timeout");
    }
    assertThat(gateway.model().requests().getFirst().outcome().get(20, TimeUnit.SECONDS))
        .isEqualTo(Request.Outcome.CLIENT_GONE);
  }

  @Test
  void whyTheAgentCannotAnswerIsSaidWithTheNextStep() {
    gateway.model().enqueue(Reply.failure(400));
    try (Conversation conversation = conversation(LONG, new Typist())) {
      CommandException failed = failure(conversation, "hello");

      assertThat(failed.lines())
          .containsExactly(
              "error: talker could not answer: the model endpoint answered HTTP 400: scripted"
                  + " failure",
              "next: kubectl claw logs talker");
      assertThat(failed.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void aConversationThatIsBusyIsSaidToBe() throws Exception {
    gateway.model().enqueue(Reply.hangAfter("half an"));
    Typist typist = new Typist();
    try (Conversation first = conversation(LONG, typist);
        Conversation second = conversation(LONG, new Typist())) {
      CompletableFuture<CommandException> turn = later(first, "hello");
      await().until(() -> shown().equals("half an"));

      assertThat(failure(second, "me too").lines())
          .containsExactly(
              "error: talker did not take the message: the session is busy with another message",
              "next: try again when that is answered, or begin another conversation: --session KEY");

      typist.pressControlC();
      assertThat(turn.get(20, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void aConnectionThatBrokeBetweenTwoTurnsIsMadeAnew() throws Exception {
    try (Conversation conversation = conversation(LONG, new Typist())) {
      conversation.ask("one");
      gateway.restart();

      // What is said into a connection whose end has not shown yet is refused, and only that.
      await()
          .atMost(LONG.multipliedBy(2))
          .ignoreExceptions()
          .until(() -> {
            conversation.ask("two");
            return true;
          });
    }

    assertThat(shown()).isEqualTo("Good day to you.\nGood day to you.\n");
  }

  @Test
  void anAgentThatGoesInTheMiddleOfAnAnswerIsNotPassedOffAsDone() throws Exception {
    gateway.model().enqueue(Reply.hangAfter("half an"));
    try (Conversation conversation = conversation(LONG, new Typist())) {
      CompletableFuture<CommandException> turn = later(conversation, "hello");
      await().until(() -> shown().equals("half an"));

      gateway.close();

      assertThat(turn.get(20, TimeUnit.SECONDS).lines())
          .satisfies(lines ->
              assertThat(lines.getFirst()).startsWith("error: before the end of the answer the "))
          .contains("next: kubectl claw status talker");
    }
  }

  @Test
  void aDialogueGoesOnAfterATurnThatFailedAndEndsWithTheInput() {
    gateway.model().enqueue(Reply.text("first"), Reply.failure(400), Reply.text("third"));
    Typist typist = new Typist("one", "  ", "two", "three");
    try (Conversation conversation = conversation(LONG, typist)) {
      new Dialogue(conversation, screen, typist).run();
    }

    assertThat(shown()).isEqualTo("first\nthird\n");
    assertThat(err.toString())
        .contains("error: talker could not answer: ", "next: kubectl claw logs talker")
        .doesNotContain("there is no message");
    assertThat(gateway.model().requests()).hasSize(3);
  }

  @Test
  void aWrongTokenIsRefusedAndNotRepeated() {
    Token guessed = new Token("guessed-by-somebody");

    GatewayException refused =
        catchThrowableOfType(
            GatewayException.class,
            () ->
                GatewayLink.connect(
                    URI.create("ws://127.0.0.1:" + gateway.port() + "/"), guessed, LONG, () -> {}));

    assertThat(refused.code()).isEqualTo("AUTH_TOKEN_MISMATCH");
    assertThat(refused.text()).doesNotContain("guessed");
    assertThat(guessed).hasToString("[token]");
  }

  private Conversation conversation(Duration timeout, Terminal terminal) {
    return new Conversation(gateway.agent(), SESSION, timeout, screen, terminal);
  }

  private static CompletableFuture<CommandException> later(
      Conversation conversation, String message) {
    return CompletableFuture.supplyAsync(() -> failure(conversation, message));
  }

  private static CommandException failure(Conversation conversation, String message) {
    return catchThrowableOfType(CommandException.class, () -> conversation.ask(message));
  }

  private String shown() {
    return out.toString().replace(System.lineSeparator(), "\n");
  }
}
