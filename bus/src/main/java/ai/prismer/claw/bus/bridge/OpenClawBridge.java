package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * {@code openclaw-ws}: protocol 4 of OpenClaw's gateway, as the first-party gateway speaks it too.
 * How a turn comes to its end: {@link GatewayTurns}.
 */
public final class OpenClawBridge extends ReconnectingBridge {
  private static final int WINDOW = 32;
  private static final int MAX_BYTES = 1024 * 1024;

  private static final Capabilities CAPABILITIES =
      new Capabilities(true, false, true, true, WINDOW, 0, MAX_BYTES);

  private record Link(GatewayCalls calls, GatewayTurns turns) {}

  private final WebSocketDialer dialer;
  private final Token token;
  private volatile @Nullable Link current;

  /**
   * @param address a {@code ws} address
   * @param token of the gateway; shown in {@code connect}
   */
  public OpenClawBridge(URI address, Token token, RandomGenerator random) {
    super("openclaw-ws", random);
    // Not in the handshake: a gateway that knows the client already sends no challenge.
    this.dialer = new WebSocketDialer(address, Token.NONE);
    this.token = token;
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public void send(Outgoing turn) {
    Link link = current;
    if (link != null) {
      // Not here: a long message is read from the disk.
      Thread.ofVirtual().name("turn").start(() -> link.turns().begin(turn));
    }
  }

  @Override
  public void abort(Outgoing turn) {
    Link link = current;
    if (link != null) {
      link.turns().abort(turn);
    }
  }

  @Override
  void serve(BridgeEvents events) throws IOException, InterruptedException {
    GatewayCalls calls = new GatewayCalls();
    Link mine = new Link(calls, new GatewayTurns(calls, events));
    current = mine;
    WebSocketLink link = dialer.dial(new JsonFrames(frame -> received(mine, frame)));
    try (link) {
      while (true) {
        link.send(link.awaitWork(calls.frames()), true);
      }
    }
  }

  private CompletableFuture<Void> received(Link link, JsonTree frame) throws IOException {
    switch (frame.get("type").text()) {
      case "event" -> event(link, frame.get("event").text(), frame.get("payload"));
      case "res" -> link.calls().answered(frame);
      default -> {
        // Kinds to come mean nothing to this version.
      }
    }
    return PartCutter.done();
  }

  private void event(Link link, String name, JsonTree payload) throws IOException {
    switch (name) {
      case "connect.challenge" -> connect(link);
      case "chat" -> link.turns().chat(payload);
      default -> {
        // Ticks, tools and the rest.
      }
    }
  }

  private void connect(Link link) throws IOException {
    String secret = token.read();
    link.calls()
        .call(
            "connect",
            json -> {
              json.writeNumberField("minProtocol", 4);
              json.writeNumberField("maxProtocol", 4);
              json.writeObjectFieldStart("client");
              json.writeStringField("id", "gateway-client");
              json.writeStringField("mode", "backend");
              json.writeStringField("version", "1");
              json.writeStringField("platform", "linux");
              json.writeEndObject();
              json.writeStringField("role", "operator");
              json.writeArrayFieldStart("scopes");
              json.writeString("operator.read");
              json.writeString("operator.write");
              json.writeEndArray();
              json.writeObjectFieldStart("auth");
              json.writeStringField("token", secret);
              json.writeEndObject();
            },
            answer -> {
              if (GatewayCalls.isOk(answer)) {
                connected();
              }
              // Refused: the gateway closes, and says why in doing so.
            });
  }

  @Override
  void disconnect() {
    dialer.close();
  }
}
