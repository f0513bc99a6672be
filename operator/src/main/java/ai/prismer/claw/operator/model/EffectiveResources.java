package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.AdjustedResources;
import ai.prismer.claw.api.spec.ContainerResources;
import ai.prismer.claw.api.status.Adjustment;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;

/** Resources of the runtime container as they stand in a pod; see {@link AdjustedResources}. */
public final class EffectiveResources {

  /** {@link Adjustment#field()} of a memory limit. */
  public static final String FIELD_MEMORY = AdjustedResources.MEMORY;

  /** {@link Adjustment#field()} of a CPU limit. */
  public static final String FIELD_CPU = AdjustedResources.CPU;

  private EffectiveResources() {}

  /** What the runtime container of this Claw should have. */
  public static ResourceRequirements of(Claw claw) {
    ContainerResources resources = AdjustedResources.of(claw.getSpec(), Layer.adjustments(claw));
    return new ResourceRequirementsBuilder()
        .withRequests(resources.requests())
        .withLimits(resources.limits())
        .build();
  }
}
