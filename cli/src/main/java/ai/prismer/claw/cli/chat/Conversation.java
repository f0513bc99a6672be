package ai.prismer.claw.cli.chat;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Terminal;
import ai.prismer.claw.cli.output.Terminal.Interruption;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Turns with one agent, one after the other, over a connection that is made anew when it broke. */
final class Conversation implements AutoCloseable {
  /** A gateway confirms an abort at once; longer than this nobody waits for it. */
  private static final Duration ABORT = Duration.ofSeconds(5);

  /** How much longer the gateway itself lets a turn run: the person's clock comes first. */
  private static final Duration LONGER = Duration.ofSeconds(5);

  private final Agent agent;
  private final String session;
  private final Duration timeout;
  private final Screen screen;
  private final Terminal terminal;
  private @Nullable GatewayLink current;

  /** Whom one talks to. */
  interface Agent {
    /** A connection that has shown its token. */
    GatewayLink connect();

    /** Its name. */
    String name();

    /** A command of this program about it, to be copied. */
    String command(String verb);
  }

  /**
   * Not begun.
   *
   * @param session names the conversation to the agent
   * @param timeout how long one answer may take
   */
  Conversation(Agent agent, String session, Duration timeout, Screen screen, Terminal terminal) {
    this.agent = agent;
    this.session = session;
    this.timeout = timeout;
    this.screen = screen;
    this.terminal = terminal;
  }

  /** Connects, unless there is a connection. */
  GatewayLink open() {
    GatewayLink open = current;
    if (open != null && open.isOpen()) {
      return open;
    }
    close();
    GatewayLink made = agent.connect();
    current = made;
    return made;
  }

  /**
   * Says something and shows the answer.
   *
   * @throws CommandException if there is no whole answer
   */
  void ask(String message) {
    GatewayLink link = open();
    Turn turn = new Turn(UUID.randomUUID().toString(), screen.streamed());
    link.listen(turn::chat);
    CompletableFuture<Void> _ =
        link.over().thenAccept(why -> turn.end(new Ending.Broken(link.readable(why.text()))));
    try (Interruption _ = terminal.onInterrupt(() -> stop(link, turn))) {
      begin(link, turn, message);
      if (turn.isStopping()) {
        // The first abort came before the gateway knew the turn.
        abort(link, turn);
      }
      conclude(link, turn, turn.await(timeout));
    } finally {
      link.ignore();
    }
  }

  private void begin(GatewayLink link, Turn turn, String message) {
    ObjectNode params =
        Screen.object()
            .put("sessionKey", session)
            .put("idempotencyKey", turn.run())
            .put("message", message)
            .put("timeoutMs", timeout.plus(LONGER).toMillis());
    try {
      link.call("chat.send", params);
    } catch (GatewayException refused) {
      turn.end(new Ending.Stopped());
      if (refused.code().isEmpty()) {
        // Not the gateway says no, but the way to it is gone, which need not have shown before.
        close();
      }
      throw refusal(refused);
    }
  }

  private CommandException refusal(GatewayException refused) {
    String said = agent.name() + " did not take the message: " + refused.text();
    return switch (refused.code()) {
      case "SESSION_BUSY" ->
          CommandException.failed(
              said,
              "try again when that is answered, or begin another conversation: --session KEY");
      case "TOO_MANY_TURNS", "DRAINING" -> CommandException.failed(said, "try again in a moment");
      default -> CommandException.failed(said, agent.command("logs"));
    };
  }

  private void conclude(GatewayLink link, Turn turn, Ending ending) {
    switch (ending) {
      case Ending.Answered answered -> {
        if (answered.isEmpty()) {
          screen.note(agent.name() + " answered without a word");
        } else if (answered.isCut()) {
          screen.note("the answer was cut here: it reached a limit of the model or the gateway");
        }
      }
      case Ending.Failed failed ->
          throw CommandException.failed(
              agent.name() + " could not answer: " + link.readable(failed.reason()),
              agent.command("logs"));
      case Ending.Stopped() -> throw CommandException.failed("the turn was stopped");
      case Ending.TooLong() -> {
        abort(link, turn);
        throw CommandException.failed(
            "the answer has more than "
                + Turn.LONGEST
                + " characters: the rest is not shown and the turn was stopped");
      }
      case Ending.Late() -> {
        abort(link, turn);
        throw CommandException.failed(
            "the answer did not end within " + timeout.toSeconds() + "s: the turn was stopped",
            "allow more with --timeout");
      }
      case Ending.Broken broken ->
          throw CommandException.failed(
              "before the end of the answer " + broken.reason(), agent.command("status"));
    }
  }

  /** What Ctrl-C does, on a thread of its own. */
  private void stop(GatewayLink link, Turn turn) {
    turn.stop();
    CompletableFuture.delayedExecutor(ABORT.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> turn.end(new Ending.Stopped()));
    abort(link, turn);
  }

  /** Asks the gateway to stop the turn; one that does not is stopped by its own limit. */
  private void abort(GatewayLink link, Turn turn) {
    try {
      link.call("chat.abort", Screen.object().put("sessionKey", session).put("runId", turn.run()));
    } catch (GatewayException unheard) {
      // The turn's end says more than this.
    }
  }

  @Override
  public void close() {
    GatewayLink open = current;
    current = null;
    if (open != null) {
      open.close();
    }
  }
}
