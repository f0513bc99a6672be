package ai.prismer.claw.api.rules;

import ai.prismer.claw.api.spec.ClawSpec;
import ai.prismer.claw.api.spec.ContainerResources;
import ai.prismer.claw.api.status.Adjustment;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Resources of the runtime container: what the spec says, else what the custom runtime says, else
 * the default of the runtime, each as a whole; and over it what self-healing left behind. Pure.
 *
 * <p>An adjustment of a limit means "at least": it never lowers a limit, so that a later, larger
 * spec wins. It leaves the request, and so the quality-of-service class, as it is unless request
 * and limit are equal; then both move, for a Guaranteed pod must stay one. (Raising the request of
 * a burstable pod to the limit would make it unschedulable on a full node: the healer as the cause
 * of the outage.)
 */
public final class AdjustedResources {
  /** {@link Adjustment#field()} of a memory limit. */
  public static final String MEMORY = "memory";

  /** {@link Adjustment#field()} of a CPU limit. */
  public static final String CPU = "cpu";

  /** Room for a JVM with tools and sessions; the limit leaves headroom to heal into. */
  private static final ContainerResources OPENCLAW =
      new ContainerResources(
          Map.of(CPU, new Quantity("500m"), MEMORY, new Quantity("1Gi")),
          Map.of(CPU, new Quantity("2"), MEMORY, new Quantity("4Gi")));

  private static final ContainerResources NONE = new ContainerResources(null, null);

  private AdjustedResources() {}

  /** What the container has where nothing is adjusted. */
  public static ContainerResources base(ClawSpec spec) {
    if (spec.resources() != null) {
      return spec.resources();
    }
    if (spec.customRuntime() != null) {
      ContainerResources custom = spec.customRuntime().resources();
      return custom == null ? NONE : custom;
    }
    return OPENCLAW;
  }

  /** What the container should have; maps of their own, empty where nothing is set. */
  public static ContainerResources of(ClawSpec spec, List<Adjustment> adjustments) {
    ContainerResources base = base(spec);
    Map<String, Quantity> requests = copy(base.requests());
    Map<String, Quantity> limits = copy(base.limits());
    for (Adjustment adjustment : adjustments) {
      if (adjustment.field().equals(MEMORY) || adjustment.field().equals(CPU)) {
        // The fields are called as Kubernetes calls the resources.
        raise(adjustment.field(), requests, limits, new Quantity(adjustment.value()));
      }
    }
    return new ContainerResources(requests, limits);
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

  private static Map<String, Quantity> copy(@Nullable Map<String, Quantity> values) {
    return values == null ? new LinkedHashMap<>() : new LinkedHashMap<>(values);
  }
}
