package ai.prismer.claw.operator.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether an object already says everything that is desired of it.
 *
 * <p>The server adds defaults, other controllers add fields, people add labels; a comparison for
 * equality would find a difference for ever and write for ever. So desired must be contained in
 * actual: every desired field is there with a value that means the same. Lists that the API merges
 * by a key are compared element by element under that key; the others (rules of a NetworkPolicy or
 * of a Role, sources of a projected volume) have one owner and are compared as a whole, in order.
 *
 * <p>What is <em>not</em> desired any more cannot be seen this way; the hash of what was last
 * applied shows it ({@link ai.prismer.claw.api.Keys#APPLIED_HASH}).
 */
final class Difference {

  /** List fields that the API merges by key (their {@code x-kubernetes-list-map-keys}). */
  private static final Map<String, String> KEYS =
      Map.of(
          "containers", "name",
          "volumes", "name",
          "env", "name",
          "imagePullSecrets", "name",
          "volumeMounts", "mountPath",
          "ports", "name",
          "ownerReferences", "uid");

  private static final Set<String> QUANTITIES = Set.of("limits", "requests");

  private Difference() {}

  /**
   * Path of the first desired field that actual lacks or has otherwise; empty when there is none.
   */
  static Optional<String> first(JsonNode desired, JsonNode actual) {
    return compare("", "", desired, actual);
  }

  private static Optional<String> compare(
      String path, String field, JsonNode desired, JsonNode actual) {
    boolean noWish = desired.isNull();
    if (noWish || (meansAbsent(desired) && meansAbsent(actual))) {
      return Optional.empty();
    }
    if (desired.isObject() && actual.isObject()) {
      return compareObjects(path, field, desired, actual);
    }
    if (desired.isArray() && actual.isArray()) {
      String key = KEYS.get(field);
      return key != null && allHave(desired, key)
          ? compareByKey(path, key, desired, actual)
          : compareInOrder(path, desired, actual);
    }
    return desired.equals(actual) || sameNumber(desired, actual)
        ? Optional.empty()
        : Optional.of(path);
  }

  private static Optional<String> compareObjects(
      String path, String field, JsonNode desired, JsonNode actual) {
    for (Map.Entry<String, JsonNode> entry : desired.properties()) {
      String name = entry.getKey();
      JsonNode there = actual.path(name);
      if (QUANTITIES.contains(field) && sameQuantity(entry.getValue(), there)) {
        continue;
      }
      Optional<String> found =
          compare(path.isEmpty() ? name : path + "." + name, name, entry.getValue(), there);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> compareByKey(
      String path, String key, JsonNode desired, JsonNode actual) {
    for (JsonNode element : desired) {
      String name = element.path(key).asText();
      String place = path + "[" + name + "]";
      Optional<JsonNode> there =
          actual.valueStream().filter(one -> one.path(key).asText().equals(name)).findFirst();
      Optional<String> found =
          there.isEmpty() ? Optional.of(place) : compare(place, "", element, there.get());
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> compareInOrder(String path, JsonNode desired, JsonNode actual) {
    if (desired.size() != actual.size()) {
      return Optional.of(path);
    }
    for (int index = 0; index < desired.size(); index++) {
      Optional<String> found =
          compare(path + "[" + index + "]", "", desired.get(index), actual.get(index));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The API drops empty strings, lists and objects, so they mean the same as nothing. */
  private static boolean meansAbsent(JsonNode node) {
    return node.isMissingNode()
        || node.isNull()
        || (node.isContainerNode() && node.isEmpty())
        || (node.isTextual() && node.textValue().isEmpty());
  }

  private static boolean allHave(JsonNode list, String key) {
    return list.valueStream().allMatch(element -> element.hasNonNull(key));
  }

  private static boolean sameNumber(JsonNode desired, JsonNode actual) {
    return desired.isNumber()
        && actual.isNumber()
        && desired.decimalValue().compareTo(actual.decimalValue()) == 0;
  }

  private static boolean sameQuantity(JsonNode desired, JsonNode actual) {
    if (!desired.isValueNode() || !actual.isValueNode() || actual.isNull()) {
      return false;
    }
    try {
      return new Quantity(desired.asText())
              .getNumericalAmount()
              .compareTo(new Quantity(actual.asText()).getNumericalAmount())
          == 0;
    } catch (ArithmeticException | IllegalArgumentException unreadable) {
      return false;
    }
  }
}
