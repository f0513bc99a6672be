package ai.prismer.claw.channel.vendor;

import ai.prismer.claw.contract.BusPaths;
import ai.prismer.claw.contract.ChannelEnvironment;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the environment of a sidecar. A mistake is one sentence that names the variable and what it
 * may hold; a secret is never part of it.
 */
public final class SidecarConfig {
  /** The end of a usage: what {@code CHANNEL_CONFIG} holds, and how the process ends. */
  public static final String USAGE =
      """
          channels              ids of the channels that are served
          directMessages        false; true answers direct messages too
          mentionsOnly          false; true leaves messages alone that do not mention the app
          streaming             true, an answer is shown while it is made
          editIntervalMillis    1500, between two replacements of such an answer
          listenPort            8080, for /healthz, /readyz and /metrics

      Ends with 0 after SIGTERM, 2 when the environment is wrong, 1 when it cannot listen.
      """;

  private static final int MOST_CHANNELS = 100;

  private final Map<String, String> environment;
  private final JsonNode config;

  /**
   * @throws IllegalArgumentException when {@code CHANNEL_CONFIG} is not a JSON object
   */
  public SidecarConfig(Map<String, String> environment) {
    this.environment = environment;
    this.config = config(environment.getOrDefault(ChannelEnvironment.CONFIG, ""));
  }

  private static JsonNode config(String text) {
    try {
      JsonNode config = new ObjectMapper().readTree(text.isBlank() ? "{}" : text);
      if (config.isObject()) {
        return config;
      }
    } catch (JsonProcessingException noJson) {
      // Said below, without the text: somebody may have put a secret there.
    }
    throw new IllegalArgumentException(ChannelEnvironment.CONFIG + " is not a JSON object");
  }

  /** What all channels of chat services have. */
  public SidecarSettings common() {
    String mode = get(ChannelEnvironment.MODE, "bidirectional");
    if (!Set.of("inbound", "outbound", "bidirectional").contains(mode)) {
      throw wrong(ChannelEnvironment.MODE, "inbound, outbound or bidirectional");
    }
    return new SidecarSettings(
        required(ChannelEnvironment.NAME),
        !mode.equals("outbound"),
        !mode.equals("inbound"),
        Path.of(get(ChannelEnvironment.SOCKET, BusPaths.CHANNEL_SOCKET)),
        number("listenPort", 8080, 0, 65_535),
        flag("streaming", true),
        Duration.ofMillis(number("editIntervalMillis", 1500, 100, 60_000)));
  }

  /**
   * Whom the channel serves.
   *
   * @param shape of an id of the service's channels
   */
  public Audience audience(Pattern shape) {
    boolean directMessages = flag("directMessages", false);
    return new Audience(
        channels(shape, directMessages), directMessages, flag("mentionsOnly", false));
  }

  private Set<String> channels(Pattern shape, boolean directMessages) {
    Set<String> channels = new LinkedHashSet<>();
    for (JsonNode channel : config.path("channels")) {
      if (!shape.matcher(channel.asText()).matches()) {
        throw wrong("channels", "a list of ids of channels, not their names");
      }
      channels.add(channel.asText());
    }
    if (channels.size() > MOST_CHANNELS) {
      throw wrong("channels", "a list of at most " + MOST_CHANNELS);
    }
    if (channels.isEmpty() && !directMessages) {
      throw wrong(
          "channels", "a list of ids, if directMessages is not true: none is served unasked");
    }
    return Set.copyOf(channels);
  }

  private boolean flag(String key, boolean otherwise) {
    JsonNode value = config.path(key);
    if (value.isMissingNode() || value.isBoolean()) {
      return value.asBoolean(otherwise);
    }
    throw wrong(key, "true or false");
  }

  private int number(String key, int otherwise, int least, int most) {
    JsonNode value = config.path(key);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (value.canConvertToInt() && value.asInt() >= least && value.asInt() <= most) {
      return value.asInt();
    }
    throw wrong(key, "a number, " + least + " to " + most);
  }

  /**
   * A key of the channel's Secret.
   *
   * @param prefix what the service's tokens of this kind begin with
   */
  public String secret(String name, String prefix) {
    if (config.toString().contains('"' + prefix) && !prefix.isEmpty()) {
      throw new IllegalArgumentException(
          ChannelEnvironment.CONFIG
              + " holds a token, which everybody can read who can read the channel; revoke it and"
              + " put a new one into the Secret, under "
              + name);
    }
    String secret = get(name, "").strip();
    if (secret.isEmpty() || !secret.startsWith(prefix) || !secret.matches("[\\x21-\\x7E]+")) {
      throw wrong(
          name,
          "set by the channel's Secret" + (prefix.isEmpty() ? "" : ", to a token " + prefix + "…"));
    }
    return secret;
  }

  /**
   * A variable that holds an address of the service.
   *
   * @param scheme without the s of the encrypted one, which is allowed too
   * @param otherwise what holds without the variable
   */
  public String address(String name, String scheme, String otherwise) {
    String address = get(name, otherwise);
    if (!address.matches(scheme + "s?://[^\\s@?#]+/")) {
      throw wrong(name, "an address " + scheme + "://…/ or " + scheme + "s://…/");
    }
    return address;
  }

  private String get(String name, String otherwise) {
    String value = environment.getOrDefault(name, "");
    return value.isEmpty() ? otherwise : value;
  }

  private String required(String name) {
    String value = get(name, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + " is not set; see --help");
    }
    return value;
  }

  private static IllegalArgumentException wrong(String name, String allowed) {
    return new IllegalArgumentException(name + " must be " + allowed);
  }
}
