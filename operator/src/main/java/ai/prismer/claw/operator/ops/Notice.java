package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.receipt.Entry.Ending;
import java.time.Duration;
import java.time.Instant;
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
   * So many intents were refused that agents may not ask for a while.
   *
   * @param until when they may again
   */
  record Silenced(Instant until) implements Notice {}

  /**
   * An accepted intent has been carried out.
   *
   * @param sinceSignal from the last signal that a rule counted; null for intents of others
   */
  record Applied(String what, @Nullable Duration sinceSignal) implements Notice {}

  /**
   * The gate accepted an intent on condition that a person approves.
   *
   * @param escalation where it waits
   */
  record Held(String what, String author, String escalation) implements Notice {}

  /** Something that happened to an escalation. */
  sealed interface OfEscalation extends Notice {}

  /**
   * A person is asked.
   *
   * @param escalation about which escalation
   * @param why in a few words
   * @param proposal what is proposed and its digest; null where nothing is
   */
  record Waits(String escalation, String why, @Nullable String proposal) implements OfEscalation {}

  /** A companion was given an escalation. */
  record Assigned(String escalation, String companion, Instant until) implements OfEscalation {}

  /** A person decided, or nobody did in time. */
  record Closed(String escalation, String phase, String reason) implements OfEscalation {}

  /** What a person approved is asked for, in the operator's name. */
  record Approved(String escalation, String by, String what) implements OfEscalation {}

  /** An analysis was not taken. */
  record Unheard(String by, String why) implements OfEscalation {}

  /** Self-healing of the Claw has stopped. */
  record Frozen(String reason) implements Notice {}

  /** Somebody let it go on. */
  record Thawed(String by) implements Notice {}

  /** Somebody took an adjustment away. */
  record TakenBack(String what, String by) implements Notice {}

  /** The time of an adjustment is up. */
  record Expired(String what) implements Notice {}

  /** A Claw that was made again begins from what the receipts say. */
  record Restored(String what) implements Notice {}

  /** An action has ended. */
  record Ended(String what, Ending ending, String reason) implements Notice {}
}
