package ai.prismer.claw.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The resource definitions as they ship: what the generator writes, plus what it has no annotation
 * for. {@link CrdManifestsTest} compares them with the chart's copies, or writes those.
 *
 * <p>Added here: list-maps (so that two appliers can own two entries), the order of the columns,
 * 64-bit integers, a name rule on the object itself, {@code config} as an object, and {@code spec}
 * as required. Removed: the second copy of each rule that stands on a record component.
 */
final class CrdManifests {
  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .build());

  private static final Map<String, List<String>> COLUMNS =
      Map.of(
          "Claw",
          List.of("Runtime", "Phase", "Ready", "Intents", "Age", "Last-Heal", "Message"),
          "ClawChannel",
          List.of("Type", "Mode", "In-Use", "Age"),
          "ClawOpsEscalation",
          List.of("Claw", "Trigger", "Severity", "Phase", "Action", "Approver", "Result", "Age"),
          "ClawOpsReceipt",
          List.of("Index", "Claw", "Action", "Decision", "Result", "Age"));

  private static final Map<String, String> LIST_MAPS =
      Map.of(
          "conditions",
          "type",
          "channels",
          "name",
          "env",
          "name",
          "ports",
          "name",
          "imagePullSecrets",
          "name");

  private CrdManifests() {}

  /** File name to content, for every definition in the generator's folder. */
  static Map<String, String> all(Path generated) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (var paths = Files.newDirectoryStream(generated, "*.yml")) {
      for (Path path : paths) {
        ObjectNode definition = (ObjectNode) YAML.readTree(path.toFile());
        finish(definition);
        files.put(definition.at("/spec/names/plural").asText() + ".yaml", write(definition));
      }
    }
    return files;
  }

  private static String write(ObjectNode definition) throws IOException {
    return "# Generated from the records of module api by `make manifests`; do not edit.\n"
        + YAML.writeValueAsString(definition);
  }

  private static void finish(ObjectNode definition) {
    String kind = definition.at("/spec/names/kind").asText();
    ObjectNode version = (ObjectNode) definition.at("/spec/versions/0");
    version.set(
        "additionalPrinterColumns", columns(version, COLUMNS.getOrDefault(kind, List.of())));
    ObjectNode schema = (ObjectNode) version.at("/schema/openAPIV3Schema");
    schema.putArray("required").add("spec");
    walk(schema);
    if (kind.equals("Claw")) {
      named(schema, 52, "^[a-z]([-a-z0-9]*[a-z0-9])?$", ", beginning with a letter");
    }
    if (kind.equals("ClawChannel")) {
      named(schema, 55, "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "");
    }
    if (kind.equals("ClawOpsReceipt")) {
      version.remove("subresources");
      ((ObjectNode) schema.get("properties")).remove("status");
    }
  }

  /** The name becomes part of other names; and {@code config} is an object. */
  private static void named(ObjectNode schema, int longest, String pattern, String beginning) {
    ObjectNode config = (ObjectNode) schema.at("/properties/spec/properties/config");
    config.put("type", "object");
    String allowed = "at most " + longest + " of a-z, 0-9 and -" + beginning;
    ObjectNode rule = schema.putArray("x-kubernetes-validations").addObject();
    rule.put(
        "rule",
        "size(self.metadata.name) <= "
            + longest
            + " && self.metadata.name.matches('"
            + pattern
            + "')");
    rule.put(
        "messageExpression", "'metadata.name is ' + self.metadata.name + '; use " + allowed + "'");
    rule.put(
        "message",
        "metadata.name must be "
            + allowed
            + ": it becomes part of labels and "
            + (longest == 52 ? "Service" : "container")
            + " names");
  }

  private static ArrayNode columns(ObjectNode version, List<String> order) {
    ArrayNode sorted = YAML.createArrayNode();
    for (String name : order) {
      for (JsonNode column : version.get("additionalPrinterColumns")) {
        if (column.path("name").asText().equals(name)) {
          sorted.add(column);
        }
      }
    }
    if (sorted.size() != version.get("additionalPrinterColumns").size()) {
      throw new IllegalStateException("columns differ from " + order);
    }
    return sorted;
  }

  private static void walk(JsonNode node) {
    if (node instanceof ObjectNode object) {
      if (object.get("x-kubernetes-validations") instanceof ArrayNode rules) {
        object.set("x-kubernetes-validations", distinct(rules));
      }
      for (String bound : List.of("minimum", "maximum")) {
        if (object.path(bound).isNumber()) {
          object.put(bound, object.path(bound).asLong());
        }
      }
      if (object.path("properties").isObject()) {
        listMaps((ObjectNode) object.get("properties"));
      }
    }
    node.forEach(CrdManifests::walk);
  }

  private static void listMaps(ObjectNode properties) {
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      String key = LIST_MAPS.get(property.getKey());
      if (key != null && property.getValue().path("type").asText().equals("array")) {
        ObjectNode list = (ObjectNode) property.getValue();
        list.put("x-kubernetes-list-type", "map");
        list.putArray("x-kubernetes-list-map-keys").add(key);
      }
      if (Set.of(
                  "index",
                  "generation",
                  "observedGeneration",
                  "lastIntentGeneration",
                  "total",
                  "receiptIndex")
              .contains(property.getKey())
          && property.getValue().path("type").asText().equals("integer")) {
        ((ObjectNode) property.getValue()).put("format", "int64");
      }
    }
  }

  private static ArrayNode distinct(ArrayNode rules) {
    ArrayNode kept = YAML.createArrayNode();
    Set<JsonNode> seen = new HashSet<>();
    for (JsonNode rule : rules) {
      if (seen.add(rule)) {
        kept.add(rule);
      }
    }
    return kept;
  }
}
