package ai.prismer.claw.openclaw.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The request that opened a WebSocket.
 *
 * @param target path and query, as sent
 * @param headers by lower-case name; repeated ones are joined by a comma
 */
public record Upgrade(String target, Map<String, String> headers) {
  private static final String BEARER = "bearer ";

  /** Takes a copy of the map. */
  public Upgrade {
    headers = Map.copyOf(headers);
  }

  /** The credentials the peer presents: {@code Authorization: Bearer}, else {@code ?token=}. */
  public Optional<String> token() {
    String authorization = headers.getOrDefault("authorization", "");
    if (authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      return Optional.of(authorization.substring(BEARER.length()).strip());
    }
    int query = target.indexOf('?');
    if (query < 0) {
      return Optional.empty();
    }
    for (String pair : target.substring(query + 1).split("&", -1)) {
      if (pair.startsWith("token=")) {
        return Optional.of(decode(pair.substring("token=".length())));
      }
    }
    return Optional.empty();
  }

  private static String decode(String value) {
    try {
      return URLDecoder.decode(value, UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }
}
