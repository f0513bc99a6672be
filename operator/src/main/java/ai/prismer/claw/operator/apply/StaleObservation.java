package ai.prismer.claw.operator.apply;

/**
 * What was decided on is no longer so: nothing was written, and the reconciliation observes again.
 * This is no failure and never becomes a condition.
 */
public final class StaleObservation extends RuntimeException {

  /** Names the object and what moved on. */
  public StaleObservation(String message) {
    super(message);
  }
}
