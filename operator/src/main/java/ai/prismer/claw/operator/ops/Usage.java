package ai.prismer.claw.operator.ops;

import ai.prismer.claw.gate.rule.SignalType;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Set;

/** What the runtime container of a pod uses, compared with what it may. */
@FunctionalInterface
public interface Usage {
  /** Nobody measures. */
  Usage UNKNOWN = pod -> Set.of();

  /** Which of HighMemory and HighCPU hold for this pod now. */
  Set<SignalType> above(Pod pod);
}
