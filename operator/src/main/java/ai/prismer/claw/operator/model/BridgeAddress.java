package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.spec.Bridge;
import ai.prismer.claw.api.spec.BridgeProtocol;
import ai.prismer.claw.api.spec.ClawSpec;
import ai.prismer.claw.contract.BusPaths;
import org.jspecify.annotations.Nullable;

/**
 * How and where the bus talks to the runtime of its pod. Without a word in the spec it is the
 * first-party gateway's protocol; a custom runtime says what it speaks.
 *
 * @param protocol what the runtime speaks
 * @param address URL, {@code host:port} or path of a socket or folder, as the protocol wants it
 */
record BridgeAddress(BridgeProtocol protocol, String address) {

  private static final String LOOPBACK = "127.0.0.1:";

  static BridgeAddress of(ClawSpec spec, RuntimeProfile profile) {
    BridgeProtocol protocol = protocol(spec);
    Bridge bridge = spec.bridge();
    Integer port = bridge != null && bridge.port() != null ? bridge.port() : profile.gatewayPort();
    String path = bridge != null && bridge.path() != null ? bridge.path() : path(protocol);
    String authority = LOOPBACK + (port == null ? 0 : port);
    return new BridgeAddress(
        protocol,
        switch (protocol) {
          case OPENCLAW_WS, PICO_WS, CLAW_WS -> "ws://" + authority + path;
          case ZEROCLAW_WS -> "ws://" + authority + path + "?agent=" + agent(bridge);
          case CHAT_COMPLETIONS, RESPONSES, HERMES_RUNS, CLAW_SSE -> "http://" + authority + path;
          case CLAW_TCP -> authority;
          case CLAW_UDS -> BusPaths.RUNTIME_SOCKET_OF_BUS;
          case NANOCLAW_MAILBOX -> BusPaths.MAILBOX_DIR;
        });
  }

  private static String path(BridgeProtocol protocol) {
    return switch (protocol) {
      case CHAT_COMPLETIONS, RESPONSES, HERMES_RUNS -> "/v1";
      case ZEROCLAW_WS -> "/ws/chat";
      case PICO_WS -> "/pico/ws";
      case OPENCLAW_WS, NANOCLAW_MAILBOX, CLAW_WS, CLAW_TCP, CLAW_UDS, CLAW_SSE -> "/";
    };
  }

  private static String agent(@Nullable Bridge bridge) {
    return bridge == null || bridge.agent() == null ? "default" : bridge.agent();
  }

  /** Whether a request names the model that is to answer. */
  boolean asksForAModel() {
    return protocol == BridgeProtocol.CHAT_COMPLETIONS || protocol == BridgeProtocol.RESPONSES;
  }

  private static BridgeProtocol protocol(ClawSpec spec) {
    Bridge bridge = spec.bridge();
    return bridge == null || bridge.protocol() == null
        ? BridgeProtocol.OPENCLAW_WS
        : bridge.protocol();
  }

  static boolean isSocket(ClawSpec spec) {
    return protocol(spec) == BridgeProtocol.CLAW_UDS;
  }

  static boolean isMailbox(ClawSpec spec) {
    return protocol(spec) == BridgeProtocol.NANOCLAW_MAILBOX;
  }

  /** Frames and files carry no token. */
  static boolean hasToken(ClawSpec spec) {
    return switch (protocol(spec)) {
      case OPENCLAW_WS,
          CHAT_COMPLETIONS,
          RESPONSES,
          HERMES_RUNS,
          ZEROCLAW_WS,
          PICO_WS,
          CLAW_WS,
          CLAW_SSE ->
          true;
      case NANOCLAW_MAILBOX, CLAW_TCP, CLAW_UDS -> false;
    };
  }
}
