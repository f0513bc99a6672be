package ai.prismer.claw.operator.reconcile;

/**
 * A step that did not reach its end.
 *
 * @param step name of the step, such as {@code StatefulSet my-agent}
 * @param reason machine-readable cause, CamelCase
 * @param message what happened and what a person can do
 * @param retry whether trying again may help although nothing in the cluster changes
 * @param passing whether it is likely to be over at once: the server did not answer, or had no time
 */
record Failure(String step, String reason, String message, boolean retry, boolean passing) {

  /** One that is not expected to be over with the next attempt. */
  Failure(String step, String reason, String message, boolean retry) {
    this(step, reason, message, retry, false);
  }
}
