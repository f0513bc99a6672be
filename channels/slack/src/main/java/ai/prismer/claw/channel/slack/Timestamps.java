package ai.prismer.claw.channel.slack;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;

/**
 * Slack's {@code ts}: seconds since 1970 with six decimals, and the id of a message in a channel.
 */
final class Timestamps {
  private static final int NANOS_OF_MICRO = 1000;

  private Timestamps() {}

  /** When a message was said; the epoch if that is no {@code ts}. */
  static Instant time(String ts) {
    try {
      BigDecimal seconds = new BigDecimal(ts);
      long whole = seconds.longValue();
      return Instant.ofEpochSecond(
          whole, seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue());
    } catch (NumberFormatException noTimestamp) {
      return Instant.EPOCH;
    }
  }

  /** As Slack writes it. */
  static String of(Instant time) {
    return String.format(
        Locale.ROOT, "%d.%06d", time.getEpochSecond(), time.getNano() / NANOS_OF_MICRO);
  }
}
