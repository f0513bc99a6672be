package ai.prismer.claw.cli;

/** What the exit codes mean; part of the interface. */
public final class ExitCode {
  /** Done; for {@code audit verify}: the log is verified. */
  public static final int OK = 0;

  /** Failed; for {@code audit verify}: the log is refused. */
  public static final int FAILED = 1;

  /** The command line makes no sense, or names a file that cannot be read. */
  public static final int USAGE = 2;

  private ExitCode() {}
}
