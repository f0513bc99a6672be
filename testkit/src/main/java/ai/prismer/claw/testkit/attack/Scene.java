package ai.prismer.claw.testkit.attack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything an attack must leave as it is: spec, metadata and status of the Claw, and the versions
 * of its children. Left out is what refusing itself writes: the refusal counter, the slot that is
 * shut after too many, the receipt still owed for it, and the field ownership that comes with the
 * writes of an intent.
 *
 * @param parts by name, the content
 */
public record Scene(Map<String, String> parts) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> OF_THE_CLAW = Set.of("spec", "metadata", "status");
  private static final int VALUES = 5;
  private static final String INSTANCE = "claw.prismer.ai/instance";

  /** Looks at the Claw and what belongs to it. */
  public static Scene of(KubernetesClient administrator, Target target) {
    Map<String, String> parts = new TreeMap<>();
    JsonNode claw = claw(administrator, target);
    ObjectNode metadata = claw.path("metadata").deepCopy();
    metadata.remove(List.of("managedFields", "resourceVersion"));
    ObjectNode status =
        claw.path("status").isObject() ? claw.path("status").deepCopy() : JSON.createObjectNode();
    if (status.path("ops") instanceof ObjectNode ops) {
      ops.remove(List.of("refusals", "outbox", "llmSlot"));
      if (ops.isEmpty()) {
        status.remove("ops");
      }
    }
    parts.put("spec", claw.path("spec").toString());
    parts.put("metadata", metadata.toString());
    parts.put("status", status.toString());
    children(administrator, target)
        .forEach(child ->
            parts.put(
                child.getKind() + " " + child.getMetadata().getName(),
                child.getMetadata().getUid() + "@" + child.getMetadata().getResourceVersion()));
    return new Scene(parts);
  }

  /** How often the operator has refused an intent of this Claw. */
  public static long refusals(KubernetesClient administrator, Target target) {
    return claw(administrator, target).at("/status/ops/refusals/total").asLong();
  }

  /** Whether an intent waits for an answer. */
  public static boolean pending(KubernetesClient administrator, Target target) {
    return claw(administrator, target).path("metadata").path("annotations").has(Bodies.INTENT);
  }

  /** What is different now, each by its name; of the Claw itself with the values that differ. */
  public List<String> changedTo(Scene now) {
    Set<String> names = new TreeSet<>(parts.keySet());
    names.addAll(now.parts.keySet());
    return names.stream()
        .filter(name -> !Objects.equals(parts.get(name), now.parts.get(name)))
        .map(name -> OF_THE_CLAW.contains(name) ? values(name, now) : name)
        .toList();
  }

  /** Such as {@code status/conditions/0/status "True" to "False"}; the first of many. */
  private String values(String name, Scene now) {
    SortedMap<String, String> before = new TreeMap<>();
    SortedMap<String, String> after = new TreeMap<>();
    leaves(name, parse(Objects.requireNonNull(parts.get(name))), before);
    leaves(name, parse(Objects.requireNonNull(now.parts.get(name))), after);
    Set<String> paths = new TreeSet<>(before.keySet());
    paths.addAll(after.keySet());
    return paths.stream()
        .filter(path -> !Objects.equals(before.get(path), after.get(path)))
        .limit(VALUES)
        .map(path -> path + " " + before.get(path) + " to " + after.get(path))
        .collect(Collectors.joining(", "));
  }

  private static void leaves(String path, JsonNode node, Map<String, String> into) {
    if (node.isValueNode()) {
      into.put(path, node.toString());
    }
    node.properties().forEach(entry -> leaves(path + "/" + entry.getKey(), entry.getValue(), into));
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        leaves(path + "/" + i, node.get(i), into);
      }
    }
  }

  private static JsonNode claw(KubernetesClient administrator, Target target) {
    Answer answer = Answer.to(Call.get(target.self()), administrator);
    if (!answer.accepted()) {
      throw new IllegalStateException("cannot read " + target.self() + ": " + answer.message());
    }
    return parse(answer.message());
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException notJson) {
      throw new IllegalStateException(notJson);
    }
  }

  private static Stream<HasMetadata> children(KubernetesClient client, Target target) {
    String namespace = target.namespace();
    Map<String, String> labels = Map.of(INSTANCE, target.claw());
    return Stream.of(
            client
                .apps()
                .statefulSets()
                .inNamespace(namespace)
                .withLabels(labels)
                .list()
                .getItems(),
            client.services().inNamespace(namespace).withLabels(labels).list().getItems(),
            client.configMaps().inNamespace(namespace).withLabels(labels).list().getItems(),
            client.serviceAccounts().inNamespace(namespace).withLabels(labels).list().getItems(),
            client.rbac().roles().inNamespace(namespace).withLabels(labels).list().getItems(),
            client
                .rbac()
                .roleBindings()
                .inNamespace(namespace)
                .withLabels(labels)
                .list()
                .getItems(),
            client
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .withLabels(labels)
                .list()
                .getItems())
        .flatMap(List::stream)
        .map(HasMetadata.class::cast);
  }
}
