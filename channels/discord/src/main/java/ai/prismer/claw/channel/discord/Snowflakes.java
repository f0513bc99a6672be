package ai.prismer.claw.channel.discord;

import java.time.Instant;

/** Discord's ids: 42 bits of milliseconds since 2015, then what keeps them apart. */
final class Snowflakes {
  private static final long EPOCH_MILLIS = 1_420_070_400_000L;
  private static final int TIME_SHIFT = 22;

  private Snowflakes() {}

  /** When an id was made; the epoch if it is none. */
  static Instant time(String id) {
    return id.matches("\\d{1,19}")
        ? Instant.ofEpochMilli((Long.parseLong(id) >>> TIME_SHIFT) + EPOCH_MILLIS)
        : Instant.EPOCH;
  }

  /** An id just before all that were made at that time or later. */
  static String before(Instant time) {
    long millis = Math.max(0, time.toEpochMilli() - EPOCH_MILLIS);
    return Long.toString(Math.max(0, (millis << TIME_SHIFT) - 1));
  }
}
