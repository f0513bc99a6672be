package ai.prismer.claw.contract;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go and the API server write them: {@code 90s}, {@code 1h30m}. */
public final class Durations {
  private static final Pattern WHOLE = Pattern.compile("([0-9]{1,9}[hms])+");
  private static final Pattern PART = Pattern.compile("([0-9]{1,9})([hms])");

  private Durations() {}

  /**
   * Reads a duration of whole hours, minutes and seconds.
   *
   * @throws IllegalArgumentException when the text is anything else
   */
  public static Duration parse(String text) {
    if (!WHOLE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "not a duration: \"" + text + "\"; write it like 30s, 5m or 1h30m");
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      long amount = Long.parseLong(part.group(1));
      sum =
          switch (part.group(2)) {
            case "h" -> sum.plusHours(amount);
            case "m" -> sum.plusMinutes(amount);
            default -> sum.plusSeconds(amount);
          };
    }
    return sum;
  }
}
