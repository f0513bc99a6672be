package ai.prismer.claw.bus;

import ai.prismer.claw.bus.bridge.Bridge;
import ai.prismer.claw.bus.bridge.ChatCompletionsBridge;
import ai.prismer.claw.bus.bridge.EnvelopeEventStreamBridge;
import ai.prismer.claw.bus.bridge.EnvelopeWebSocketBridge;
import ai.prismer.claw.bus.bridge.FrameBridge;
import ai.prismer.claw.bus.bridge.HermesRunsBridge;
import ai.prismer.claw.bus.bridge.MailboxBridge;
import ai.prismer.claw.bus.bridge.MailboxPace;
import ai.prismer.claw.bus.bridge.OpenClawBridge;
import ai.prismer.claw.bus.bridge.PicoBridge;
import ai.prismer.claw.bus.bridge.ResponsesBridge;
import ai.prismer.claw.bus.bridge.Token;
import ai.prismer.claw.bus.bridge.ZeroClawBridge;
import ai.prismer.claw.bus.server.ChannelSettings;
import ai.prismer.claw.contract.BusEnvironment;
import ai.prismer.claw.contract.BusPaths;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/** How the bus talks to the runtime, as {@link Options} hold it. */
final class BridgeOptions {
  private final Options options;

  BridgeOptions(Options options) {
    this.options = options;
  }

  Bridge bridge(RandomGenerator random) {
    String name = options.required(BusEnvironment.BRIDGE);
    String address = options.required(BusEnvironment.RUNTIME);
    String file = options.get(BusEnvironment.TOKEN_FILE, "");
    Token token = file.isEmpty() ? Token.NONE : new Token(Path.of(file));
    return switch (name) {
      case "openclaw-ws" -> new OpenClawBridge(socketUrl(address), token, random);
      case "chat-completions" ->
          new ChatCompletionsBridge(folder(address), token, model(), memory(), random);
      case "responses" -> new ResponsesBridge(folder(address), token, model(), memory(), random);
      case "hermes-runs" -> new HermesRunsBridge(folder(address), token, random);
      case "zeroclaw-ws" -> new ZeroClawBridge(socketUrl(address), token, random);
      case "pico-ws" -> new PicoBridge(socketUrl(address), token, random);
      case "nanoclaw-mailbox" ->
          new MailboxBridge(
              path(address, "the path of the mailbox's folder"),
              channels(),
              MailboxPace.DEFAULT,
              InstantSource.system(),
              random);
      case "claw-ws" -> new EnvelopeWebSocketBridge(socketUrl(address), token, random);
      case "claw-sse" ->
          new EnvelopeEventStreamBridge(url(address, Set.of("http", "https")), token, random);
      case "claw-tcp" -> new FrameBridge(hostAndPort(address), random);
      case "claw-uds" -> new FrameBridge(socket(address), random);
      default ->
          throw Options.wrong(
              BusEnvironment.BRIDGE,
              name,
              "openclaw-ws, chat-completions, responses, hermes-runs, zeroclaw-ws, pico-ws, nanoclaw-mailbox, claw-ws, claw-tcp, claw-uds or claw-sse");
    };
  }

  private List<String> channels() {
    return Options.channels(options.required(BusEnvironment.CHANNELS)).stream()
        .map(ChannelSettings::name)
        .toList();
  }

  private String model() {
    return options.get(BusEnvironment.MODEL, "default");
  }

  /** In the journal's folder, because that is the one on a volume that outlives the pod. */
  private Path memory() {
    return Path.of(options.get(BusEnvironment.JOURNAL_DIR, BusPaths.JOURNAL_DIR))
        .resolve("conversations");
  }

  /** A URL below which others lie. */
  private static URI folder(String text) {
    URI url = url(text, Set.of("http", "https"));
    return url.getPath().endsWith("/") ? url : URI.create(url + "/");
  }

  private static URI url(String text, Set<String> schemes) {
    try {
      URI url = URI.create(text);
      if (url.getHost() != null
          && url.getScheme() != null
          && schemes.contains(url.getScheme().toLowerCase(Locale.ROOT))) {
        return url.getPath().isEmpty() ? url.resolve("/") : url;
      }
    } catch (IllegalArgumentException noUrl) {
      // Said below.
    }
    throw Options.wrong(BusEnvironment.RUNTIME, text, "a URL with " + String.join(" or ", schemes));
  }

  private static URI socketUrl(String text) {
    return url(text, Set.of("ws", "wss"));
  }

  private static SocketAddress hostAndPort(String text) {
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
      throw Options.wrong(BusEnvironment.RUNTIME, text, "host:port");
    }
    return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(port));
  }

  private static SocketAddress socket(String text) {
    return UnixDomainSocketAddress.of(path(text, "the path of a Unix socket"));
  }

  private static Path path(String text, String what) {
    if (!text.startsWith("/")) {
      throw Options.wrong(BusEnvironment.RUNTIME, text, what);
    }
    return Path.of(text);
  }
}
