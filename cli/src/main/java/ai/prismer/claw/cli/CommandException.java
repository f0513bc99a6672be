package ai.prismer.claw.cli;

/** A command cannot go on; the message is all that a person gets to see. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** Something outside the command line is wrong: what was tried, and what can be done. */
  public static CommandException failed(String message) {
    return new CommandException(ExitCode.FAILED, message);
  }

  /** The command line is wrong. */
  public static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  /** The exit code of the program. */
  public int exitCode() {
    return exitCode;
  }
}
