package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.receipt.Entry.Ending;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something that happened, for events, metrics and the log; said once it is stored. */
sealed interface Notice {

  /** A new signal. */
  record Seen(SignalRecord signal) implements Notice {}

  /** A rule asks for something. */
  record Asked(String rule, String reason) implements Notice {}

  /** The gate accepted an intent; it is announced in the status and will be carried out. */
  record Accepted(String what, String author) implements Notice {}

  /** The gate accepted an intent, and this Claw is only observed: nothing is done. */
  record Observed(String what, String author) implements Notice {}

  /**
   * The gate refused an intent.
   *
   * @param author who asked
   * @param recorded whether it is new; the same one again is neither counted nor recorded
   */
  record Refused(Decision.Code code, String reason, String author, boolean recorded)
      implements Notice {}

  /**
   * An accepted intent has been carried out.
   *
   * @param sinceSignal from the last signal that a rule counted; null for intents of others
   */
  record Applied(String what, @Nullable Duration sinceSignal) implements Notice {}

  /** Self-healing of the Claw has stopped. */
  record Frozen(String reason) implements Notice {}

  /** Somebody let it go on. */
  record Thawed(String by) implements Notice {}

  /** Somebody took an adjustment away. */
  record TakenBack(String what, String by) implements Notice {}

  /** An action has ended. */
  record Ended(String what, Ending ending, String reason) implements Notice {}
}
