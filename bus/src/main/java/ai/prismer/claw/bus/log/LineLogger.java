package ai.prismer.claw.bus.log;

import java.io.PrintStream;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * Writes an event as one line: the time (RFC 3339, UTC), the level, the class, what happened. From
 * INFO on.
 *
 * <p>Much of what is said came from a runtime or a client: control characters are written as
 * escapes, so that no stranger's word begins a line of its own. The JDK's own loggers do without
 * that, and what happens while the process is stopped they do not say: their manager ends itself in
 * a hook that runs beside ours.
 */
public final class LineLogger implements System.Logger {
  private final String name;
  private final String shortName;
  private final InstantSource clock;
  private final PrintStream out;

  /** The logger of a class, on standard error. */
  public static System.Logger of(Class<?> speaker) {
    return new LineLogger(speaker.getName(), InstantSource.system(), System.err);
  }

  LineLogger(String name, InstantSource clock, PrintStream out) {
    this.name = name;
    this.shortName = name.substring(name.lastIndexOf('.') + 1);
    this.clock = clock;
    this.out = out;
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public boolean isLoggable(Level level) {
    return level != Level.OFF && level.getSeverity() >= Level.INFO.getSeverity();
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String message,
      @Nullable Throwable thrown) {
    if (isLoggable(level)) {
      StringBuilder line = begin(level);
      escape(String.valueOf(message), line);
      String link = ": ";
      for (Throwable each = thrown; each != null; each = each.getCause()) {
        line.append(link);
        link = "\ncaused by ";
        escape(each.toString(), line);
        for (StackTraceElement frame : each.getStackTrace()) {
          line.append("\n\tat ").append(frame);
        }
      }
      out.println(line);
    }
  }

  /** {@code {0}} and so on stand for the parameters; nothing else in the format is special. */
  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String format,
      @Nullable Object @Nullable ... parameters) {
    if (isLoggable(level)) {
      StringBuilder line = begin(level);
      escape(fill(String.valueOf(format), parameters), line);
      out.println(line);
    }
  }

  private static String fill(String format, @Nullable Object @Nullable ... parameters) {
    StringBuilder text = new StringBuilder(format.length() + 64);
    for (int i = 0; i < format.length(); i++) {
      int number = i + 2 < format.length() ? Character.digit(format.charAt(i + 1), 10) : -1;
      boolean place = format.charAt(i) == '{' && number >= 0 && format.charAt(i + 2) == '}';
      if (place && parameters != null && number < parameters.length) {
        text.append(parameters[number]);
        i += 2;
      } else {
        text.append(format.charAt(i));
      }
    }
    return text.toString();
  }

  private StringBuilder begin(Level level) {
    return new StringBuilder(160)
        .append(clock.instant().truncatedTo(ChronoUnit.MILLIS))
        .append(' ')
        .append(level)
        .append(' ')
        .append(shortName)
        .append(' ');
  }

  private static void escape(String text, StringBuilder line) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        line.append("\\u%04x".formatted((int) c));
      } else {
        line.append(c);
      }
    }
  }
}
