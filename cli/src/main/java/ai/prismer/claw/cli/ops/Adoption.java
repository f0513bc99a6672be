package ai.prismer.claw.cli.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.rules.AdjustedResources;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.spec.ClawSpec;
import ai.prismer.claw.api.spec.ContainerResources;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.cli.resource.Kind;
import ai.prismer.claw.cli.resource.Ops;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a spec must say so that it asks for what self-healing left behind. Pure.
 *
 * <p>The resources of a spec count as a whole: one that names only a memory limit has no request
 * and no CPU limit any more. So where the spec is silent the patch carries the defaults too, and
 * what it changes is nothing but the limit.
 */
final class Adoption {
  private static final String REPLICAS = "replicas";

  private Adoption() {}

  /** The patch; empty if no adjustment goes beyond the spec. */
  static Optional<ObjectNode> patch(Found<Claw> claw) {
    ClawSpec spec = claw.object().getSpec();
    List<Adjustment> adjustments = Ops.adjustments(claw.object());
    ContainerResources before = AdjustedResources.of(spec, List.of());
    ContainerResources after = AdjustedResources.of(spec, adjustments);
    OptionalInt replicas = replicas(adjustments);
    boolean pods = replicas.isPresent() && replicas.getAsInt() != Defaulting.replicas(spec);
    if (before.equals(after) && !pods) {
      return Optional.empty();
    }
    ObjectNode patch = Screen.object();
    patch.put("apiVersion", Keys.GROUP + "/" + Keys.VERSION).put("kind", Kind.CLAW.kind());
    patch.putObject("metadata").put("name", claw.name()).put("namespace", claw.namespace());
    ObjectNode changed = patch.putObject("spec");
    if (!before.equals(after)) {
      ObjectNode where =
          spec.resources() == null && spec.customRuntime() != null
              ? changed.putObject("customRuntime")
              : changed;
      boolean whole = spec.resources() == null && spec.customRuntime() == null;
      ObjectNode resources = where.putObject("resources");
      put(resources, "requests", before.requests(), after.requests(), whole);
      put(resources, "limits", before.limits(), after.limits(), whole);
    }
    if (pods) {
      changed.put(REPLICAS, replicas.getAsInt());
    }
    return Optional.of(patch);
  }

  private static void put(
      ObjectNode resources,
      String name,
      @Nullable Map<String, Quantity> before,
      @Nullable Map<String, Quantity> after,
      boolean whole) {
    ObjectNode values = Screen.object();
    Objects.requireNonNullElse(after, Map.<String, Quantity>of())
        .forEach((resource, quantity) -> {
          if (whole || before == null || !quantity.equals(before.get(resource))) {
            values.put(resource, quantity.toString());
          }
        });
    if (!values.isEmpty()) {
      resources.set(name, values);
    }
  }

  /** The last adjustment of the number of pods is the one in effect. */
  private static OptionalInt replicas(List<Adjustment> adjustments) {
    return adjustments.stream()
        .filter(adjustment -> adjustment.field().equals(REPLICAS))
        .max(Comparator.comparingLong(Adjustment::generation))
        .map(adjustment -> OptionalInt.of(Integer.parseInt(adjustment.value())))
        .orElse(OptionalInt.empty());
  }
}
