package ai.prismer.claw.operator.signals;

import ai.prismer.claw.gate.rule.SignalSettings.Burst;
import ai.prismer.claw.gate.rule.SignalType;
import java.time.Duration;
import java.time.Instant;

/**
 * Something that a look at a pod shows. The same look again shows the same findings; what is new
 * about them is for the {@link Ledger} to say.
 */
sealed interface Finding {
  SignalType type();

  Place place();

  /** Tells one occurrence from the next at the same place. */
  String key();

  /** What is said about it, for people. */
  String detail();

  /**
   * It happened, and is a signal at once.
   *
   * @param at when, by whichever clock says earlier: the node's or ours
   */
  record Moment(SignalType type, Place place, String key, Instant at, String detail)
      implements Finding {}

  /**
   * It happened, and is a signal if it happens often.
   *
   * @param at when, by whichever clock says earlier: the node's or ours
   * @param burst how often
   */
  record Hint(SignalType type, Place place, String key, Instant at, Burst burst, String detail)
      implements Finding {}

  /**
   * It is so now, and is a signal once it has lasted.
   *
   * @param since when it began, as far as this look can tell; never after the look
   * @param lasting how long it must last
   * @param forgettable whether a later look, also one of another operator, will find the same
   *     beginning; if not, it has to be written down
   */
  record State(
      SignalType type,
      Place place,
      String key,
      Instant since,
      Duration lasting,
      boolean forgettable,
      String detail)
      implements Finding {}
}
