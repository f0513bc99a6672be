package ai.prismer.claw.testkit.attack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  /** What is different now, one word or two each. */
  public List<String> changedTo(Scene now) {
    List<String> changed = new ArrayList<>();
    for (Map.Entry<String, String> part : now.parts.entrySet()) {
      if (!part.getValue().equals(parts.get(part.getKey()))) {
        changed.add(part.getKey());
      }
    }
    parts.keySet().stream().filter(part -> !now.parts.containsKey(part)).forEach(changed::add);
    return changed;
  }

  private static JsonNode claw(KubernetesClient administrator, Target target) {
    Answer answer = Answer.to(Call.get(target.self()), administrator);
    if (!answer.accepted()) {
      throw new IllegalStateException("cannot read " + target.self() + ": " + answer.message());
    }
    try {
      return JSON.readTree(answer.message());
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
