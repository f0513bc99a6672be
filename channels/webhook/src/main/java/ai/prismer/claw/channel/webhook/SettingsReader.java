package ai.prismer.claw.channel.webhook;

import ai.prismer.claw.contract.BusPaths;
import ai.prismer.claw.contract.ChannelEnvironment;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the environment. A mistake is one sentence that names the variable and what it may hold; a
 * secret is never part of it.
 */
final class SettingsReader {
  static final String USAGE =
      """
      The webhook channel of k8s4claw: signed HTTP requests to the agent, and its answers back.

        CHANNEL_NAME      name of the channel. Required
        CHANNEL_MODE      inbound, outbound or bidirectional (default bidirectional)
        WEBHOOK_SECRET    what requests are signed with, from the channel's Secret. Required
        IPC_SOCKET_PATH   the bus's socket (default %s)
        CHANNEL_CONFIG    a JSON object:
          listenPort              8080
          path                    /webhook
          targetURL               where answers are POSTed that nobody waits for
          headers                 of those requests, an object of strings
          retryAttempts           3
          allowPrivateTargets     false; true lets targetURL be inside the cluster
          maxBodyBytes            262144
          maxWaitSeconds          120, the longest wait for an answer
          keepAnswersSeconds      600, how long an answer waits to be fetched

      Ends with 0 after SIGTERM, 2 when the environment is wrong, 1 when it cannot listen.
      """
          .formatted(BusPaths.CHANNEL_SOCKET);

  private static final int SHORTEST_SECRET = 16;

  /** What the sidecar says itself. */
  private static final Set<String> OWN_HEADERS =
      Set.of(
          "host",
          "content-length",
          "transfer-encoding",
          "connection",
          "x-signature-256",
          "x-timestamp");

  private final Map<String, String> environment;
  private final JsonNode config;

  SettingsReader(Map<String, String> environment) {
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

  Settings read() {
    String mode = get(ChannelEnvironment.MODE, "bidirectional");
    if (!Set.of("inbound", "outbound", "bidirectional").contains(mode)) {
      throw wrong(ChannelEnvironment.MODE, "inbound, outbound or bidirectional");
    }
    URI target = target();
    if (mode.equals("outbound") && target == null) {
      throw wrong("targetURL", "set where the channel is outbound");
    }
    return new Settings(
        required(ChannelEnvironment.NAME),
        !mode.equals("outbound"),
        !mode.equals("inbound"),
        Path.of(get(ChannelEnvironment.SOCKET, BusPaths.CHANNEL_SOCKET)),
        number("listenPort", 8080, 0, 65_535),
        path(),
        new Signature(secret()),
        target,
        headers(),
        number("retryAttempts", 3, 1, 20),
        config.path("allowPrivateTargets").asBoolean(false),
        number("maxBodyBytes", 256 * 1024, 1024, 1024 * 1024),
        Duration.ofSeconds(number("maxWaitSeconds", 120, 1, 600)),
        Duration.ofSeconds(number("keepAnswersSeconds", 600, 1, 86_400)));
  }

  /** The Secret's, or, with a warning, what an original's manifest has in its configuration. */
  private String secret() {
    String given = environment.getOrDefault(ChannelEnvironment.WEBHOOK_SECRET, "");
    String inConfig = config.path("secret").asText("");
    if (!inConfig.isEmpty()) {
      System.getLogger(SettingsReader.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "the configuration holds a secret, which everybody can read who can read the channel;"
                  + " put it into the Secret, under {0}",
              ChannelEnvironment.WEBHOOK_SECRET);
    }
    String secret = given.isEmpty() ? inConfig : given;
    if (secret.length() < SHORTEST_SECRET) {
      throw wrong(ChannelEnvironment.WEBHOOK_SECRET, SHORTEST_SECRET + " characters or longer");
    }
    return secret;
  }

  private String path() {
    String path = config.path("path").asText("/webhook");
    if (!path.matches("/[A-Za-z0-9._~/-]{1,200}") || path.endsWith("/")) {
      throw wrong("path", "a path such as /webhook");
    }
    if (Set.of("/healthz", "/readyz", "/metrics").contains(path)) {
      throw wrong("path", "other than those of the probes");
    }
    return path;
  }

  private @Nullable URI target() {
    String text = config.path("targetURL").asText("");
    if (text.isEmpty()) {
      return null;
    }
    try {
      URI url = URI.create(text);
      String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
      if (url.getHost() != null
          && url.getUserInfo() == null
          && Set.of("http", "https").contains(scheme)) {
        return url;
      }
    } catch (IllegalArgumentException noUrl) {
      // Said below.
    }
    throw wrong("targetURL", "an http or https URL without a user in it");
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    config
        .path("headers")
        .properties()
        .forEach(header -> {
          String name = header.getKey();
          String value = header.getValue().asText();
          if (!name.matches("[A-Za-z0-9-]{1,64}")
              || OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))
              || !value.matches("[\\x20-\\x7E]{0,1024}")) {
            throw wrong("headers", "names and values of HTTP, other than the sidecar's own");
          }
          headers.put(name, value);
        });
    return Map.copyOf(headers);
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
