package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.spec.ContainerResources;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/** Values that hold where a spec is silent. */
final class RuntimeDefaults {

  /** User and group of a runtime whose spec names none; never 0. */
  static final long USER = 1000;

  /** Seconds a runtime gets to stop. */
  static final int GRACE_SECONDS = 30;

  /** Room for a JVM with tools and sessions; the limit leaves headroom to heal into. */
  static final ContainerResources OPENCLAW_RESOURCES =
      new ContainerResources(
          Map.of("cpu", new Quantity("500m"), "memory", new Quantity("1Gi")),
          Map.of("cpu", new Quantity("2"), "memory", new Quantity("4Gi")));

  private RuntimeDefaults() {}
}
