package ai.prismer.claw.operator.audit;

import ai.prismer.claw.gate.receipt.VerifierKey;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A published key and when it signed.
 *
 * @param key the key
 * @param from since when, RFC 3339; null where nobody has noted it
 * @param until when another one took its place; null while it signs
 */
record KeyPeriod(VerifierKey key, @Nullable String from, @Nullable String until) {
  private static final JsonMapper JSON = new JsonMapper();

  KeyPeriod endedAt(String time) {
    return until == null ? new KeyPeriod(key, from, time) : this;
  }

  /** The periods as they are published beside the keys. */
  static String json(List<KeyPeriod> periods) {
    ArrayNode list = JSON.createArrayNode();
    for (KeyPeriod each : periods) {
      ObjectNode entry = list.addObject().put("key", each.key.text());
      if (each.from != null) {
        entry.put("from", each.from);
      }
      if (each.until != null) {
        entry.put("until", each.until);
      }
    }
    return list.toString();
  }

  /** The published keys with what is known of their periods; what is unreadable is not known. */
  static List<KeyPeriod> of(List<VerifierKey> keys, String json) {
    JsonNode list;
    try {
      list = JSON.readTree(json);
    } catch (JsonProcessingException unreadable) {
      list = JSON.createArrayNode();
    }
    List<KeyPeriod> periods = new ArrayList<>();
    for (VerifierKey key : keys) {
      KeyPeriod period = new KeyPeriod(key, null, null);
      for (JsonNode each : list) {
        if (each.path("key").asText().equals(key.text())) {
          period =
              new KeyPeriod(key, each.path("from").textValue(), each.path("until").textValue());
        }
      }
      periods.add(period);
    }
    return periods;
  }
}
