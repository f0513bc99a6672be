package ai.prismer.claw.openclaw;

import java.io.PrintStream;
import java.time.Instant;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Logs to standard output, one line a record: time, level, class, message. Control characters are
 * replaced, so that nothing a client sends can forge a line.
 */
final class LogSetup extends Handler {
  private final PrintStream out;

  /** Held here because the log manager forgets, level included, a logger that nobody holds. */
  @SuppressWarnings("UnusedVariable") // Holding it is its use.
  private final Logger ours;

  private LogSetup(PrintStream out, Logger ours) {
    this.out = out;
    this.ours = ours;
    ours.setLevel(Level.INFO);
    setFormatter(new Line());
  }

  /**
   * Replaces what the JDK set up. Libraries say only what is wrong. Must come before the first use
   * of a logger.
   */
  static void install(PrintStream out) {
    System.setProperty("java.util.logging.manager", UntilTheEnd.class.getName());
    Logger root = Logger.getLogger("");
    root.setLevel(Level.WARNING);
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(new LogSetup(out, Logger.getLogger(LogSetup.class.getPackageName())));
  }

  /**
   * The JDK's log manager removes every handler in a shutdown hook of its own, which runs beside
   * ours: what happens while the gateway is stopped would never be seen.
   */
  public static final class UntilTheEnd extends LogManager {
    @Override
    public void reset() {}
  }

  @Override
  public void publish(LogRecord record) {
    out.println(getFormatter().format(record));
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }

  private static final class Line extends Formatter {
    @Override
    public String format(LogRecord record) {
      StringBuilder line = new StringBuilder(128);
      line.append(Instant.ofEpochMilli(record.getMillis()))
          .append(' ')
          .append(record.getLevel().getName())
          .append(' ')
          .append(simpleName(String.valueOf(record.getLoggerName())))
          .append(' ')
          .append(formatMessage(record));
      for (Throwable t = record.getThrown(); t != null; t = t.getCause()) {
        line.append(" | ").append(t);
        StackTraceElement[] trace = t.getStackTrace();
        for (int i = 0; i < Math.min(trace.length, 8); i++) {
          line.append(" at ").append(trace[i]);
        }
      }
      return line.toString().replaceAll("\\p{Cntrl}", " ");
    }

    private static String simpleName(String logger) {
      return logger.substring(logger.lastIndexOf('.') + 1);
    }
  }
}
