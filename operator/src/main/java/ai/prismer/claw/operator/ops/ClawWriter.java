package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.intent.Intent;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The writes of healing to a Claw: {@code status.ops}, the three annotations of an intent, and the
 * one that repeats the mark.
 *
 * <p>Each carries the resourceVersion it was decided on, so a lost race is 409 Conflict, whatever
 * was changed. A JSON patch's {@code test} would say no more, and would say it as 422, like a patch
 * that makes no sense. Nothing outside its own fields is in a patch.
 */
final class ClawWriter {
  private static final String MANAGER = "k8s4claw-ops";

  private final KubernetesClient client;

  ClawWriter(KubernetesClient client) {
    this.client = client;
  }

  /** Replaces {@code status.ops} as a whole; returns the Claw as stored. */
  Claw store(Claw claw, OpsStatus next) {
    // A merge would keep what is no longer there, so this one is a list of operations (RFC 6902).
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    patch
        .addObject()
        .put("op", "replace")
        .put("path", "/metadata/resourceVersion")
        .put("value", claw.getMetadata().getResourceVersion());
    if (isFirst(claw)) {
      patch.addObject().put("op", "add").put("path", "/status").putObject("value");
    }
    patch
        .addObject()
        .put("op", "add")
        .put("path", "/status/ops")
        .set("value", client.getKubernetesSerialization().convertValue(next, ObjectNode.class));
    return at(claw).subresource("status").patch(context(PatchType.JSON), patch.toString());
  }

  /**
   * Whether there may be no status yet to add to; there is nothing else in it that could be lost.
   */
  private static boolean isFirst(Claw claw) {
    return claw.getStatus() == null || claw.getStatus().phase() == null;
  }

  /** Writes an intent with its author, all three annotations at once. */
  Claw ask(Claw claw, Intent intent, String operator) {
    String text = new String(intent.canonical(), StandardCharsets.UTF_8);
    return annotate(claw, text, operator, AuthorClass.OPERATOR.id());
  }

  /** Removes the three annotations; on a conflict they may hold another intent by now. */
  Claw clear(Claw claw) {
    return annotate(claw, null, null, null);
  }

  /**
   * Repeats the mark of the status in its annotation, where it is another: a backup keeps
   * annotations and loses the status.
   */
  Claw mirrored(Claw claw) {
    String mark = mark(claw);
    var annotations = claw.getMetadata().getAnnotations();
    String present = annotations == null ? null : annotations.get(Keys.INTENT_GENERATION);
    return mark == null || mark.equals(present) ? claw : remove(claw);
  }

  /** Removes what a companion said, with its name; on a conflict another may stand there by now. */
  Claw heard(Claw claw) {
    return remove(claw, Keys.ANALYSIS, Keys.ANALYSIS_BY);
  }

  /** Removes the annotation of a request; on a conflict it may hold another one by now. */
  Claw answered(Claw claw, String annotation) {
    return remove(claw, annotation);
  }

  private Claw remove(Claw claw, String... annotations) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = patch.putObject("metadata");
    metadata.put("resourceVersion", claw.getMetadata().getResourceVersion());
    ObjectNode gone = metadata.putObject("annotations");
    for (String annotation : annotations) {
      gone.putNull(annotation);
    }
    mirror(gone, claw);
    return at(claw).patch(context(PatchType.JSON_MERGE), patch.toString());
  }

  private Claw annotate(
      Claw claw, @Nullable String intent, @Nullable String by, @Nullable String authorClass) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = patch.putObject("metadata");
    metadata.put("resourceVersion", claw.getMetadata().getResourceVersion());
    mirror(
        metadata
            .putObject("annotations")
            .put(Keys.INTENT, intent)
            .put(Keys.INTENT_BY, by)
            .put(Keys.INTENT_CLASS, authorClass),
        claw);
    return at(claw).patch(context(PatchType.JSON_MERGE), patch.toString());
  }

  private static void mirror(ObjectNode annotations, Claw claw) {
    String mark = mark(claw);
    if (mark != null) {
      annotations.put(Keys.INTENT_GENERATION, mark);
    }
  }

  private static @Nullable String mark(Claw claw) {
    Long mark = OpsEdit.present(claw).lastIntentGeneration();
    return mark == null ? null : mark.toString();
  }

  /** By the object, not by its name: the client would read it first to find its address. */
  private Resource<Claw> at(Claw claw) {
    return client.resource(claw);
  }

  private static PatchContext context(PatchType type) {
    return new PatchContext.Builder().withPatchType(type).withFieldManager(MANAGER).build();
  }
}
