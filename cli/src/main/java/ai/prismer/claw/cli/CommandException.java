package ai.prismer.claw.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command cannot go on; message and next step are all that a person gets to see. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final @Nullable String next;

  private CommandException(int exitCode, String message, @Nullable String next) {
    super(message);
    this.exitCode = exitCode;
    this.next = next;
  }

  /** Something outside the command line is wrong: what was tried, and what can be done. */
  public static CommandException failed(String message) {
    return new CommandException(ExitCode.FAILED, message, null);
  }

  /**
   * The same with the next step on a line of its own, which a message in a server's words needs.
   */
  public static CommandException failed(String message, String next) {
    return new CommandException(ExitCode.FAILED, message, next);
  }

  /** The command line is wrong. */
  public static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message, null);
  }

  /** The exit code of the program. */
  public int exitCode() {
    return exitCode;
  }

  /** What a person reads: the message, and what can be done where the message does not say it. */
  public List<String> lines() {
    String error = "error: " + getMessage();
    return next == null ? List.of(error) : List.of(error, "next: " + next);
  }
}
