package ai.prismer.claw.api.channel;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which service a channel connects. */
public enum ChannelType {
  /** Slack. */
  @JsonProperty("slack")
  SLACK("slack"),

  /** Discord. */
  @JsonProperty("discord")
  DISCORD("discord"),

  /** Signed HTTP requests. */
  @JsonProperty("webhook")
  WEBHOOK("webhook"),

  /** Telegram; brings its own image. */
  @JsonProperty("telegram")
  TELEGRAM("telegram"),

  /** Matrix; brings its own image. */
  @JsonProperty("matrix")
  MATRIX("matrix"),

  /** WhatsApp; brings its own image. */
  @JsonProperty("whatsapp")
  WHATSAPP("whatsapp"),

  /** Anything else; brings its own image. */
  @JsonProperty("custom")
  CUSTOM("custom");

  private final String wireName;

  ChannelType(String wireName) {
    this.wireName = wireName;
  }

  /** The type as it stands in a spec and in the environment of the sidecar. */
  public String wireName() {
    return wireName;
  }
}
