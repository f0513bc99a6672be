package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Channels;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.OpsStatus;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What self-healing left in the status, which lies over the spec. */
public final class Layer {

  /** {@link Adjustment#field()} of the number of pods. */
  public static final String FIELD_REPLICAS = "replicas";

  private Layer() {}

  /** All adjustments, in no order. */
  static List<Adjustment> adjustments(Claw claw) {
    OpsStatus ops = ops(claw);
    return ops == null || ops.adjustments() == null ? List.of() : ops.adjustments();
  }

  /**
   * How many pods are wanted while the agent is not suspended: what was adjusted last, exactly, or
   * else what the spec says. With channels one, also where an adjustment is older than they are.
   */
  public static int replicas(Claw claw) {
    if (Channels.any(claw.getSpec())) {
      return 1;
    }
    return adjustments(claw).stream()
        .filter(adjustment -> adjustment.field().equals(FIELD_REPLICAS))
        .max(Comparator.comparingLong(Adjustment::generation))
        .map(adjustment -> Integer.parseInt(adjustment.value()))
        .orElseGet(() -> Defaulting.replicas(claw.getSpec()));
  }

  /** Generation of the last rollout restart; null where there was none. */
  static @Nullable Long restart(Claw claw) {
    OpsStatus ops = ops(claw);
    return ops == null ? null : ops.restart();
  }

  private static @Nullable OpsStatus ops(Claw claw) {
    return claw.getStatus() == null ? null : claw.getStatus().ops();
  }
}
