package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.gate.canonical.CanonicalJson;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What self-healing leaves a Claw with, as a receipt that ends something records it: a Claw that is
 * made again from a backup begins from there.
 *
 * @param mark generation of the last processed intent: later ones must exceed it
 * @param adjustments what is layered over the spec
 */
public record Standing(long mark, List<Adjustment> adjustments) {
  /** Copies the list. */
  public Standing {
    adjustments = List.copyOf(adjustments);
  }

  ObjectNode toJson() {
    ObjectNode json = CanonicalJson.object().put("mark", mark);
    ArrayNode list = json.putArray("adjustments");
    for (Adjustment adjustment : adjustments) {
      ObjectNode one =
          list.addObject()
              .put("field", adjustment.field())
              .put("value", adjustment.value())
              .put("by", adjustment.by())
              .put("generation", adjustment.generation())
              .put("since", adjustment.since());
      if (adjustment.expires() != null) {
        one.put("expires", adjustment.expires());
      }
    }
    return json;
  }

  /** Reads what {@link #toJson} wrote; null where a predicate has none. */
  static @Nullable Standing read(JsonNode json) {
    if (!json.path("mark").isIntegralNumber()) {
      return null;
    }
    List<Adjustment> adjustments = new ArrayList<>();
    for (JsonNode one : json.path("adjustments")) {
      adjustments.add(
          new Adjustment(
              one.path("field").asText(),
              one.path("value").asText(),
              one.path("by").asText(),
              one.path("generation").asLong(),
              one.path("since").asText(),
              one.path("expires").textValue()));
    }
    return new Standing(json.path("mark").longValue(), adjustments);
  }
}
