package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the bus talks to a runtime. */
public enum BridgeProtocol {
  /** Protocol 4 of OpenClaw's gateway, over WebSocket. */
  @JsonProperty("openclaw-ws")
  OPENCLAW_WS("openclaw-ws"),

  /** OpenAI's chat completions, streamed; the bus keeps the conversation. */
  @JsonProperty("chat-completions")
  CHAT_COMPLETIONS("chat-completions"),

  /** OpenAI's responses, streamed. */
  @JsonProperty("responses")
  RESPONSES("responses"),

  /** The runs of Hermes Agent's API server. */
  @JsonProperty("hermes-runs")
  HERMES_RUNS("hermes-runs"),

  /** The chat socket of ZeroClaw's gateway. */
  @JsonProperty("zeroclaw-ws")
  ZEROCLAW_WS("zeroclaw-ws"),

  /** The Pico protocol of PicoClaw, over WebSocket. */
  @JsonProperty("pico-ws")
  PICO_WS("pico-ws"),

  /** The SQLite files of a NanoClaw session, whose host the bus is. */
  @JsonProperty("nanoclaw-mailbox")
  NANOCLAW_MAILBOX("nanoclaw-mailbox"),

  /** One envelope a WebSocket text message. */
  @JsonProperty("claw-ws")
  CLAW_WS("claw-ws"),

  /** Frames over TCP. */
  @JsonProperty("claw-tcp")
  CLAW_TCP("claw-tcp"),

  /** Frames over a Unix socket, on which the runtime listens. */
  @JsonProperty("claw-uds")
  CLAW_UDS("claw-uds"),

  /** Envelopes POSTed, answers as server-sent events. */
  @JsonProperty("claw-sse")
  CLAW_SSE("claw-sse");

  private final String wireName;

  BridgeProtocol(String wireName) {
    this.wireName = wireName;
  }

  /** The name as it stands in a spec and in the environment of the bus. */
  public String wireName() {
    return wireName;
  }
}
