package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.ClawStatus;
import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.operator.apply.StaleObservation;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The few writes of a reconciliation on the Claw itself: its finalizer and its own part of the
 * status. Each is a merge patch of just those fields and carries the resourceVersion it was decided
 * on; so neither the spec nor what self-healing keeps in {@code status.ops} is ever written along.
 */
final class ClawWriter {

  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;

  ClawWriter(KubernetesClient client) {
    this.client = client;
  }

  /** Adds our finalizer; returns the Claw as it is then. Empty when the Claw is gone. */
  Optional<Claw> addFinalizer(Claw claw) {
    List<String> finalizers = new ArrayList<>(claw.getMetadata().getFinalizers());
    finalizers.add(Keys.FINALIZER);
    return patch(claw, finalizers);
  }

  /** Removes our finalizer and no other; empty when the Claw is gone with it. */
  Optional<Claw> removeFinalizer(Claw claw) {
    List<String> finalizers = new ArrayList<>(claw.getMetadata().getFinalizers());
    finalizers.remove(Keys.FINALIZER);
    return patch(claw, finalizers);
  }

  private Optional<Claw> patch(Claw claw, List<String> finalizers) {
    Map<String, Object> metadata = metadata(claw);
    metadata.put("finalizers", finalizers);
    return guarded(claw, () -> resource(claw).patch(MERGE, json(Map.of("metadata", metadata))));
  }

  /** Writes our part of the status; empty when the Claw is gone. */
  Optional<Claw> status(Claw claw, ClawStatus status) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("phase", status.phase());
    fields.put("observedGeneration", status.observedGeneration());
    fields.put("conditions", status.conditions());
    fields.put("runtime", status.runtime());
    fields.put("channels", status.channels());
    return guarded(
        claw,
        () ->
            resource(claw)
                .subresource("status")
                .patch(MERGE, json(Map.of("metadata", metadata(claw), "status", fields))));
  }

  /**
   * Writes the status with the state of self-healing in it; empty when the Claw is gone.
   *
   * <p>A merge would keep of that state what is no longer there, so this is a list of operations
   * (RFC 6902).
   */
  Optional<Claw> whole(Claw claw, ClawStatus status) {
    ObjectNode fields = client.getKubernetesSerialization().convertValue(status, ObjectNode.class);
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    patch
        .addObject()
        .put("op", "replace")
        .put("path", "/metadata/resourceVersion")
        .put("value", claw.getMetadata().getResourceVersion());
    patch.addObject().put("op", "add").put("path", "/status").set("value", fields);
    return guarded(
        claw,
        () ->
            resource(claw)
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON), patch.toString()));
  }

  /** Writes only the phase: for a Claw on its way out. */
  Optional<Claw> phase(Claw claw, Phase phase) {
    Map<String, Object> body =
        Map.of("metadata", metadata(claw), "status", Map.of("phase", phase.name()));
    return guarded(claw, () -> resource(claw).subresource("status").patch(MERGE, json(body)));
  }

  /** By the object, not by its name: the client would read it first to find its address. */
  private Resource<Claw> resource(Claw claw) {
    return client.resource(claw);
  }

  private static Map<String, Object> metadata(Claw claw) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("resourceVersion", claw.getMetadata().getResourceVersion());
    metadata.put("uid", claw.getMetadata().getUid());
    return metadata;
  }

  private String json(Object body) {
    return client.getKubernetesSerialization().asJson(body);
  }

  private static Optional<Claw> guarded(Claw claw, Supplier<Claw> write) {
    try {
      return Optional.of(write.get());
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == NOT_FOUND) {
        return Optional.empty();
      }
      if (refused.getCode() == CONFLICT) {
        throw new StaleObservation(
            "Claw " + claw.getMetadata().getName() + " changed while it was to be written");
      }
      throw refused;
    }
  }
}
