package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.intent.Action;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;

/** What a rule asks for once it has seen enough. */
public sealed interface Remedy {
  /** The operation it asks for. */
  Action action();

  /**
   * Raise a limit of the runtime container by a factor of what runs now.
   *
   * @param action {@code bump-memory} or {@code bump-cpu}
   * @param factor the new limit is the current one times this, more than 1 and at most 2
   */
  record Raise(Action action, BigDecimal factor) implements Remedy {
    /**
     * Checks action and factor.
     *
     * @throws IllegalArgumentException naming the value that makes no sense
     */
    public Raise {
      Rule.check(
          action == Action.BUMP_MEMORY || action == Action.BUMP_CPU, "action raises a limit");
      Rule.check(
          factor.compareTo(BigDecimal.ONE) > 0 && factor.compareTo(BigDecimal.TWO) <= 0,
          "factor is more than 1 and at most 2");
    }
  }

  /**
   * Ask for an operation with these parameters. {@code restart-pod} without parameters means the
   * pod that the signals came from.
   *
   * @param action any operation
   * @param params its parameters, as the gate knows them
   */
  record Ask(Action action, Map<String, String> params) implements Remedy {
    /** Copies the parameters. */
    public Ask {
      Objects.requireNonNull(action);
      params = Map.copyOf(params);
    }
  }
}
