package ai.prismer.claw.operator.bus;

import ai.prismer.claw.api.status.Pressure;
import ai.prismer.claw.contract.BusMetrics;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The page {@code /metrics} of a bus, as far as it is about channels.
 *
 * <p>It comes out of an agent's pod, so it is no more than a claim about that agent: only lines of
 * the form we know are read, only about channels that are asked for, and a number is cut to what it
 * can be.
 *
 * @param channels what is said of each channel; one of which anything is missing is left out
 */
record BusPage(Map<String, Reading> channels) {
  /** More than a bus keeps. */
  private static final long MOST_LETTERS = 1_000_000;

  private static final Pattern LINE =
      Pattern.compile(
          "([a-z_]{1,64})\\{channel=\"([a-z0-9.-]{1,63})\"(?:,direction=\"[a-z]{1,16}\")?\\} (\\d{1,15})");

  /**
   * One channel at one look.
   *
   * @param connected whether its sidecar is there
   * @param pressure how far it is slowed down
   * @param deadLetters messages of both directions that are kept
   */
  record Reading(boolean connected, Pressure pressure, long deadLetters) {}

  BusPage {
    channels = Map.copyOf(channels);
  }

  /** Reads a page; a text that is none says nothing. */
  static BusPage read(String text, Set<String> wanted) {
    Map<String, Long> connected = new HashMap<>();
    Map<String, Long> pressure = new HashMap<>();
    Map<String, Long> letters = new HashMap<>();
    text.lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .filter(line -> wanted.contains(line.group(2)))
        .forEach(line -> {
          String channel = line.group(2);
          long value = Long.parseLong(line.group(3));
          switch (line.group(1)) {
            case BusMetrics.CONNECTED -> connected.put(channel, value);
            case BusMetrics.PRESSURE -> pressure.put(channel, value);
            case BusMetrics.DEAD_LETTERS ->
                letters.merge(channel, value, (a, b) -> Math.min(MOST_LETTERS, a + b));
            default -> {
              // Of other use, or of a later version.
            }
          }
        });
    Map<String, Reading> readings = new HashMap<>();
    connected.forEach((channel, is) -> {
      Pressure level = pressure(pressure.getOrDefault(channel, -1L));
      if (level != null) {
        long kept = Math.min(MOST_LETTERS, letters.getOrDefault(channel, 0L));
        readings.put(channel, new Reading(is > 0, level, kept));
      }
    });
    return new BusPage(readings);
  }

  private static @Nullable Pressure pressure(long level) {
    return switch (Math.toIntExact(Math.min(level, MOST_LETTERS))) {
      case 0 -> Pressure.NORMAL;
      case 1 -> Pressure.DEGRADED;
      case 2 -> Pressure.BLOCKED;
      default -> null;
    };
  }
}
