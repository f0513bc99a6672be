package ai.prismer.claw.gate.decision;

import ai.prismer.claw.gate.decision.Decision.Code;
import ai.prismer.claw.gate.decision.Decision.Reject;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Quantity;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How far a limit may be raised at this moment; used by the gate to check a target and by rules to
 * choose one, so that the two cannot disagree.
 */
public enum Headroom {
  /** Memory, in bytes. */
  MEMORY("memory", "maxMemory"),
  /** CPU, in millicores. */
  CPU("cpu", "maxCpu");

  private final String resource;
  private final String maxField;

  Headroom(String resource, String maxField) {
    this.resource = resource;
    this.maxField = maxField;
  }

  /**
   * The resource that an action raises.
   *
   * @throws IllegalArgumentException if the action raises none
   */
  public static Headroom of(Action action) {
    return switch (action) {
      case BUMP_MEMORY -> MEMORY;
      case BUMP_CPU -> CPU;
      case RESTART_POD, ROLLOUT_RESTART, SCALE_REPLICAS ->
          throw new IllegalArgumentException(action + " raises no limit");
    };
  }

  /** The limit that runs now, if there is one. */
  public OptionalLong current(Observed observed) {
    return pick(observed.running());
  }

  /**
   * The highest target that is neither too large a step nor above any bound. It may lie at or below
   * the current limit: then there is no headroom.
   *
   * @param current the limit that runs now
   */
  public long ceiling(long current, Observed observed, Policy policy) {
    long ceiling = twice(current);
    ceiling = Math.min(ceiling, pick(policy.max()).orElse(ceiling));
    ceiling = Math.min(ceiling, pick(observed.namespaceBound()).orElse(ceiling));
    OptionalLong node = pick(observed.largestNode());
    return node.isPresent() ? Math.min(ceiling, node.getAsLong() / 2) : ceiling;
  }

  /** The amount as people and Kubernetes write it. */
  public String print(long amount) {
    return switch (this) {
      case MEMORY -> Quantity.printBytes(amount);
      case CPU -> Quantity.printMillicores(amount);
    };
  }

  /** Reads a target; throws {@link IllegalArgumentException} with a reason a person understands. */
  long read(String target) {
    return switch (this) {
      case MEMORY -> Quantity.askedBytes(target);
      case CPU -> Quantity.askedMillicores(target);
    };
  }

  /** Checks a target; null if it is within all bounds. */
  @Nullable Reject check(long target, long current, Observed observed, Policy policy) {
    if (target <= current) {
      return reject(
          Code.NOT_AN_INCREASE,
          target,
          "is not more than the current limit " + print(current) + "; limits are only raised");
    }
    OptionalLong desired = pick(observed.desired());
    if (desired.isPresent() && target <= desired.getAsLong()) {
      return reject(
          Code.NOT_AN_INCREASE,
          target,
          "is not more than "
              + print(desired.getAsLong())
              + ", which the pods are getting already");
    }
    if (target > twice(current)) {
      return reject(
          Code.STEP_TOO_LARGE,
          target,
          "is more than twice the current limit "
              + print(current)
              + "; at most "
              + print(twice(current))
              + " in one step");
    }
    OptionalLong max = pick(policy.max());
    if (max.isPresent() && target > max.getAsLong()) {
      return reject(
          Code.ABOVE_MAXIMUM,
          target,
          "is above spec.ops." + maxField + " " + print(max.getAsLong()));
    }
    OptionalLong node = pick(observed.largestNode());
    if (node.isEmpty() && max.isEmpty()) {
      return reject(
          Code.NO_BOUND,
          target,
          "has no upper bound: no schedulable node can be read; set spec.ops." + maxField);
    }
    if (node.isPresent() && target > node.getAsLong() / 2) {
      return reject(
          Code.ABOVE_NODE,
          target,
          "is more than half of the largest schedulable node, which has "
              + print(node.getAsLong())
              + " allocatable");
    }
    OptionalLong namespace = pick(observed.namespaceBound());
    if (namespace.isPresent() && target > namespace.getAsLong()) {
      return reject(
          Code.ABOVE_NAMESPACE,
          target,
          "is above "
              + print(namespace.getAsLong())
              + ", the most that LimitRanges and ResourceQuotas of namespace "
              + observed.claw().namespace()
              + " leave to each pod");
    }
    return null;
  }

  /** The refusal for a container without a limit. */
  Reject noLimit() {
    return new Reject(
        Code.NO_LIMIT,
        "the runtime container has no "
            + resource
            + " limit that could be raised; set spec.resources.limits."
            + resource);
  }

  private Reject reject(Code code, long target, String reason) {
    return new Reject(code, resource + " target " + print(target) + " " + reason);
  }

  private OptionalLong pick(Limits limits) {
    return switch (this) {
      case MEMORY -> limits.memoryBytes();
      case CPU -> limits.cpuMillicores();
    };
  }

  /** The highest target of one step: twice the current limit. */
  public static long twice(long current) {
    return current > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : 2 * current;
  }
}
