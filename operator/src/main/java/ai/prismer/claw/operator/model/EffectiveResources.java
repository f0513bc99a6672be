package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.spec.ContainerResources;
import ai.prismer.claw.api.spec.CustomRuntime;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.OpsStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Resources of the runtime container: what the spec says, else what the custom runtime says, else
 * the default of the runtime, each as a whole; and over it what self-healing left behind.
 *
 * <p>An adjustment means "at least": it never lowers a limit, so that a later, larger spec wins. It
 * leaves the request, and so the quality-of-service class, as it is unless request and limit are
 * equal; then both move, for a Guaranteed pod must stay one. (Raising the request of a burstable
 * pod to the limit would make it unschedulable on a full node: the healer as the cause of the
 * outage.)
 */
public final class EffectiveResources {

  /** {@link Adjustment#field()} of a memory limit. */
  public static final String FIELD_MEMORY = "memory";

  private static final String MEMORY = "memory";

  private EffectiveResources() {}

  /** What the runtime container of this Claw should have. */
  public static ResourceRequirements of(Claw claw) {
    ContainerResources base = base(claw);
    Map<String, Quantity> requests = copy(base.requests());
    Map<String, Quantity> limits = copy(base.limits());
    for (Adjustment adjustment : adjustments(claw)) {
      if (adjustment.field().equals(FIELD_MEMORY)) {
        raise(requests, limits, new Quantity(adjustment.value()));
      }
    }
    return new ResourceRequirementsBuilder().withRequests(requests).withLimits(limits).build();
  }

  private static void raise(
      Map<String, Quantity> requests, Map<String, Quantity> limits, Quantity target) {
    Quantity limit = limits.get(MEMORY);
    if (limit == null || target.getNumericalAmount().compareTo(limit.getNumericalAmount()) <= 0) {
      return;
    }
    // A limit without a request makes the API server set the request to the limit: equal as well.
    Quantity request = requests.get(MEMORY);
    boolean guaranteed =
        request != null && request.getNumericalAmount().compareTo(limit.getNumericalAmount()) == 0;
    limits.put(MEMORY, target);
    if (guaranteed) {
      requests.put(MEMORY, target);
    }
  }

  private static ContainerResources base(Claw claw) {
    if (claw.getSpec().resources() != null) {
      return claw.getSpec().resources();
    }
    CustomRuntime custom = claw.getSpec().customRuntime();
    if (custom != null) {
      return custom.resources() == null ? new ContainerResources(null, null) : custom.resources();
    }
    return RuntimeDefaults.OPENCLAW_RESOURCES;
  }

  private static List<Adjustment> adjustments(Claw claw) {
    OpsStatus ops = claw.getStatus() == null ? null : claw.getStatus().ops();
    return ops == null || ops.adjustments() == null ? List.of() : ops.adjustments();
  }

  private static Map<String, Quantity> copy(@Nullable Map<String, Quantity> values) {
    return values == null ? new LinkedHashMap<>() : new LinkedHashMap<>(values);
  }
}
