package ai.prismer.claw.operator.reconcile;

/**
 * A condition before it meets the status: without times and generation, which the status adds.
 *
 * @param type which aspect, such as {@code CredentialsReady}
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param reason machine-readable cause, CamelCase, at most 128 characters
 * @param message what a person should know or do; cut at 4096 characters
 */
public record ConditionDraft(String type, String status, String reason, String message) {

  /** The aspect is as it should be. */
  public static ConditionDraft holds(String type, String reason, String message) {
    return new ConditionDraft(type, "True", reason, message);
  }

  /** The aspect is not as it should be; the message says what a person can do. */
  public static ConditionDraft fails(String type, String reason, String message) {
    return new ConditionDraft(type, "False", reason, message);
  }

  /** Nobody can say. */
  public static ConditionDraft unknown(String type, String reason, String message) {
    return new ConditionDraft(type, "Unknown", reason, message);
  }

  boolean holds() {
    return status.equals("True");
  }
}
