package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.status.Refusals;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Counts refused intents of one Claw, and says which of them the log takes.
 *
 * <p>An agent can ask for nonsense as often as it likes. So the same intent again is not even
 * counted, and of different ones {@value #MAX_RECORDED} in an hour are recorded. Beyond that one
 * receipt says so, further ones are counted only, and agents may not ask until the hour is over.
 *
 * @param next what to store
 * @param recorded whether this refusal gets a receipt
 */
record RefusalCount(Refusals next, boolean recorded) {
  /** Refusals of one Claw that are recorded in an hour. */
  static final int MAX_RECORDED = 20;

  private static final Duration HOUR = Duration.ofHours(1);

  /** Whether this is the intent that was refused last, once more. */
  static boolean isRepeated(@Nullable Refusals past, String digest) {
    return past != null && digest.equals(past.lastDigest());
  }

  /** The count with one refusal more. */
  static RefusalCount of(@Nullable Refusals past, String digest, Instant now) {
    long total = past == null ? 0 : past.total();
    String hour = past == null ? null : past.hour();
    int inHour = past == null || past.recorded() == null ? 0 : past.recorded();
    if (hour == null || !isWithin(now, Instant.parse(hour))) {
      hour = now.toString();
      inHour = 0;
    }
    boolean recorded = inHour < MAX_RECORDED;
    return new RefusalCount(
        new Refusals(total + 1, digest, hour, recorded ? inHour + 1 : inHour), recorded);
  }

  /** When the hour ends in which these were counted. */
  static Instant end(@Nullable Refusals past, Instant now) {
    String hour = past == null ? null : past.hour();
    return hour == null || !isWithin(now, Instant.parse(hour))
        ? now
        : Instant.parse(hour).plus(HOUR);
  }

  /** Also where the hour began by a clock that is ahead of this one, but not by a wrong one. */
  private static boolean isWithin(Instant now, Instant hour) {
    return Duration.between(hour, now).abs().compareTo(HOUR) < 0;
  }
}
