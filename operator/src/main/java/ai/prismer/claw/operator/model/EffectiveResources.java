package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.spec.ContainerResources;
import ai.prismer.claw.api.spec.CustomRuntime;
import ai.prismer.claw.api.status.Adjustment;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Resources of the runtime container: what the spec says, else what the custom runtime says, else
 * the default of the runtime, each as a whole; and over it what self-healing left behind.
 *
 * <p>An adjustment of a limit means "at least": it never lowers a limit, so that a later, larger
 * spec wins. It leaves the request, and so the quality-of-service class, as it is unless request
 * and limit are equal; then both move, for a Guaranteed pod must stay one. (Raising the request of
 * a burstable pod to the limit would make it unschedulable on a full node: the healer as the cause
 * of the outage.)
 */
public final class EffectiveResources {

  /** {@link Adjustment#field()} of a memory limit. */
  public static final String FIELD_MEMORY = "memory";

  /** {@link Adjustment#field()} of a CPU limit. */
  public static final String FIELD_CPU = "cpu";

  private EffectiveResources() {}

  /** What the runtime container of this Claw should have. */
  public static ResourceRequirements of(Claw claw) {
    ContainerResources base = base(claw);
    Map<String, Quantity> requests = copy(base.requests());
    Map<String, Quantity> limits = copy(base.limits());
    for (Adjustment adjustment : Layer.adjustments(claw)) {
      if (adjustment.field().equals(FIELD_MEMORY) || adjustment.field().equals(FIELD_CPU)) {
        // The fields are called as Kubernetes calls the resources.
        raise(adjustment.field(), requests, limits, new Quantity(adjustment.value()));
      }
    }
    return new ResourceRequirementsBuilder().withRequests(requests).withLimits(limits).build();
  }

  private static void raise(
      String resource,
      Map<String, Quantity> requests,
      Map<String, Quantity> limits,
      Quantity target) {
    Quantity limit = limits.get(resource);
    if (limit == null || target.getNumericalAmount().compareTo(limit.getNumericalAmount()) <= 0) {
      return;
    }
    // A limit without a request makes the API server set the request to the limit: equal as well.
    Quantity request = requests.get(resource);
    boolean guaranteed =
        request != null && request.getNumericalAmount().compareTo(limit.getNumericalAmount()) == 0;
    limits.put(resource, target);
    if (guaranteed) {
      requests.put(resource, target);
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

  private static Map<String, Quantity> copy(@Nullable Map<String, Quantity> values) {
    return values == null ? new LinkedHashMap<>() : new LinkedHashMap<>(values);
  }
}
