package ai.prismer.claw.cli.output;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** How long ago something was, as kubectl says it: 40s, 5m, 3h, 2d. */
public final class Age {
  private static final Duration TWO_MINUTES = Duration.ofMinutes(2);
  private static final Duration TWO_HOURS = Duration.ofHours(2);
  private static final Duration TWO_DAYS = Duration.ofDays(2);

  private Age() {}

  /**
   * The age of a moment.
   *
   * @param time RFC 3339, from a server
   * @param now the time of this machine
   * @return the age, 0s for a moment to come; empty without a time, the text itself if it is none
   */
  public static String of(@Nullable String time, Instant now) {
    if (time == null) {
      return "";
    }
    try {
      return of(OffsetDateTime.parse(time).toInstant(), now);
    } catch (DateTimeException unreadable) {
      return time;
    }
  }

  /** The age of a moment; 0s for one to come. */
  public static String of(Instant time, Instant now) {
    Duration age = Duration.between(time, now);
    return age.isNegative() ? "0s" : of(age);
  }

  /** A length of time, in the largest unit of which there are two. */
  public static String of(Duration length) {
    if (length.compareTo(TWO_MINUTES) < 0) {
      return length.toSeconds() + "s";
    }
    if (length.compareTo(TWO_HOURS) < 0) {
      return length.toMinutes() + "m";
    }
    return length.compareTo(TWO_DAYS) < 0 ? length.toHours() + "h" : length.toDays() + "d";
  }
}
