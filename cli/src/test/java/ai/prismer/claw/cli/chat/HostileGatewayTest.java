package ai.prismer.claw.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.java_websocket.WebSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What listens in the pod need not be our gateway, and is believed no further than its bounds. */
class HostileGatewayTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Token TOKEN = new Token("correct-horse-battery-staple");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Screen screen = new Screen(new PrintWriter(out), new PrintWriter(err));

  /** Each test starts its own. */
  @SuppressWarnings("NullAway.Init")
  private ScriptedGateway gateway;

  @AfterEach
  void stop() throws InterruptedException {
    gateway.stop();
  }

  @Test
  void aRefusalThatRepeatsTheTokenIsShownWithoutItAndCutShort() throws Exception {
    gateway =
        ScriptedGateway.start(
            ScriptedGateway.challenge(),
            (socket, request) ->
                socket.send(
                    ScriptedGateway.refused(request, "\u001b[2J" + request + "x".repeat(100_000))));

    GatewayException refused = refusal(PATIENCE);

    assertThat(refused.text())
        .startsWith("\\u{1b}[2J")
        .contains("\"token\":\"[token]\"")
        .doesNotContain(TOKEN.value())
        .hasSizeLessThan(700);
  }

  @Test
  void aGatewayThatSaysNothingIsNotWaitedForWithoutEnd() throws Exception {
    gateway = ScriptedGateway.start("", (socket, request) -> {});

    assertThat(refusal(Duration.ofSeconds(1)).text())
        .isEqualTo("the gateway gave no sign within 1s: no challenge");
  }

  @Test
  void whatIsNoJsonEndsTheConnectionAndIsNotQuoted() throws Exception {
    gateway = ScriptedGateway.start("{\"secret\": \"of the pod", (socket, request) -> {});

    assertThat(refusal(PATIENCE).text()).isEqualTo("the gateway sent something that is no JSON");
  }

  @Test
  void aFrameWithoutEndIsNotKept() throws Exception {
    gateway = ScriptedGateway.start("x".repeat(Frames.LONGEST + 1), (socket, request) -> {});

    assertThat(refusal(PATIENCE).text())
        .isEqualTo("the gateway sent a frame of more than 4194304 characters");
  }

  @Test
  void anAnswerWithoutEndIsCutAndTheTurnStopped() throws Exception {
    String piece = "0123456789abcdef".repeat(4096);
    gateway =
        ScriptedGateway.welcoming((socket, request) -> {
          socket.send(ScriptedGateway.ok(request));
          if (request.path("method").asText().equals("chat.send")) {
            for (int i = 0; i <= Turn.LONGEST / piece.length(); i++) {
              delta(socket, request.at("/params/idempotencyKey").asText(), piece);
            }
          }
        });

    CommandException failed = ask();

    assertThat(failed.getMessage())
        .isEqualTo(
            "the answer has more than 1048576 characters: the rest is not shown and the turn was"
                + " stopped");
    assertThat(out.toString().strip()).hasSize(Turn.LONGEST);
    assertThat(gateway.methods()).containsExactly("connect", "chat.send", "chat.abort");
  }

  @Test
  void anAnswerWithoutPiecesIsShownAtItsEndAndOtherRunsAreNot() throws Exception {
    gateway =
        ScriptedGateway.welcoming((socket, request) -> {
          String run = request.at("/params/idempotencyKey").asText();
          delta(socket, "of-somebody-else", "not for you");
          socket.send(ScriptedGateway.ok(request));
          socket.send(ScriptedGateway.end("of-somebody-else", "not for you either"));
          delta(socket, run, "forty");
          socket.send(ScriptedGateway.end(run, "forty two"));
          delta(socket, run, "too late");
        });

    assertThat(ask()).isNull();
    assertThat(out.toString().strip()).isEqualTo("forty two");
  }

  @Test
  void anAnswerThatWasBegunAnewIsShownWholeBelowWhatCameBefore() throws Exception {
    gateway =
        ScriptedGateway.welcoming((socket, request) -> {
          String run = request.at("/params/idempotencyKey").asText();
          socket.send(ScriptedGateway.ok(request));
          delta(socket, run, "fifty");
          socket.send(ScriptedGateway.end(run, "forty two"));
        });

    assertThat(ask()).isNull();
    assertThat(out.toString().lines()).containsExactly("fifty", "forty two");
  }

  @Test
  void anAnswerOfNothingIsSaidToBeOne() throws Exception {
    gateway =
        ScriptedGateway.welcoming((socket, request) -> {
          socket.send(ScriptedGateway.ok(request));
          socket.send(ScriptedGateway.end(request.at("/params/idempotencyKey").asText(), ""));
        });

    assertThat(ask()).isNull();
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().strip()).isEqualTo("talker answered without a word");
  }

  @Test
  void theReasonOfAFailedTurnIsShownWithoutTheToken() throws Exception {
    gateway =
        ScriptedGateway.welcoming((socket, request) -> {
          socket.send(ScriptedGateway.ok(request));
          socket.send(
              ScriptedGateway.chat(
                  request.at("/params/idempotencyKey").asText(),
                  "error",
                  "errorMessage",
                  "\u202e" + TOKEN.value()));
        });

    assertThat(ask().getMessage()).isEqualTo("talker could not answer: \\u{202e}[token]");
  }

  private static void delta(WebSocket socket, String run, String text) {
    socket.send(ScriptedGateway.chat(run, "delta", "deltaText", text));
  }

  private GatewayException refusal(Duration patience) {
    return catchThrowableOfType(
        GatewayException.class,
        () -> GatewayLink.connect(gateway.url(), TOKEN, patience, () -> {}));
  }

  private CommandException ask() {
    Conversation.Agent agent =
        new Conversation.Agent() {
          @Override
          public GatewayLink connect() {
            try {
              return GatewayLink.connect(gateway.url(), TOKEN, PATIENCE, () -> {});
            } catch (GatewayException refused) {
              throw new IllegalStateException(refused);
            }
          }

          @Override
          public String name() {
            return "talker";
          }

          @Override
          public String command(String verb) {
            return "kubectl claw " + verb + " talker";
          }
        };
    try (Conversation conversation =
        new Conversation(agent, "agent:main:main", PATIENCE, screen, Terminal.NOBODY)) {
      return catchThrowableOfType(CommandException.class, () -> conversation.ask("hello"));
    }
  }
}
