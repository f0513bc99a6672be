package ai.prismer.claw.openclaw.protocol;

import ai.prismer.claw.openclaw.config.Limits;
import ai.prismer.claw.openclaw.config.TokenFile;
import ai.prismer.claw.openclaw.session.SessionStore;
import ai.prismer.claw.openclaw.turn.Turns;
import ai.prismer.claw.openclaw.websocket.Connection;
import ai.prismer.claw.openclaw.websocket.Greeter;
import ai.prismer.claw.openclaw.websocket.Handler;
import ai.prismer.claw.openclaw.websocket.Refusal;
import ai.prismer.claw.openclaw.websocket.Upgrade;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells clients apart. Who comes without a token must speak protocol 4, is challenged and shows the
 * token in {@code connect}. Who brings a valid token with the upgrade is let in, and its first
 * message shows what it speaks: a request is protocol 4, anything else an envelope. Such a client
 * is not challenged, because one that speaks envelopes would take the challenge for a message.
 */
public final class Reception implements Greeter {
  private final OperatorClient.Context context;
  private final Turns turns;
  private final SessionStore store;
  private final Supplier<String> ids;

  /**
   * A reception.
   *
   * @param ids names for connections that nobody can guess
   */
  public Reception(
      Identity identity,
      TokenFile token,
      Limits limits,
      Turns turns,
      SessionStore store,
      Operators operators,
      InstantSource clock,
      Supplier<String> ids) {
    ChatMethods methods = new ChatMethods(turns, store, limits);
    this.context = new OperatorClient.Context(identity, token, limits, methods, operators, clock);
    this.turns = turns;
    this.store = store;
    this.ids = ids;
  }

  @Override
  public Handler greet(Connection connection, Upgrade upgrade) throws Refusal {
    Optional<String> token = upgrade.token();
    if (token.isEmpty()) {
      return new OperatorClient(connection, context, false, ids.get());
    }
    if (!context.token().matches(token.get())) {
      throw new Refusal(401, "Unauthorized", "the token is wrong");
    }
    connection.authenticated();
    return new Undecided(connection);
  }

  /** Waits for the first message. */
  private final class Undecided implements Handler {
    private final Connection connection;
    private volatile @Nullable Handler decided;

    Undecided(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void opened() {}

    @Override
    public void text(String message) {
      Handler handler = decided;
      if (handler == null) {
        Optional<ObjectNode> frame = Json.read(message);
        boolean request = frame.isPresent() && frame.get().path("type").asText().equals("req");
        handler =
            request
                ? new OperatorClient(connection, context, true, ids.get())
                : new EnvelopeClient(connection, turns, store, context.limits(), context.clock());
        decided = handler;
      }
      handler.text(message);
    }

    @Override
    public void tick() {
      Handler handler = decided;
      if (handler != null) {
        handler.tick();
      }
    }

    @Override
    public void closed() {
      Handler handler = decided;
      if (handler != null) {
        handler.closed();
      }
    }
  }
}
