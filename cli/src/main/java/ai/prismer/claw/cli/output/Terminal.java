package ai.prismer.claw.cli.output;

import java.io.InputStream;
import java.util.Optional;

/** The person at the keyboard, if there is one, and what is piped in where nobody is. */
public interface Terminal {
  /** Nobody, and nothing piped in. */
  Terminal NOBODY =
      new Terminal() {
        @Override
        public boolean isThere() {
          return false;
        }

        @Override
        public Optional<String> line(String prompt) {
          throw new IllegalStateException("nobody is there to be asked: " + prompt);
        }
      };

  /** Whether somebody can be asked. */
  boolean isThere();

  /** The line that the person types at a prompt, as it is; empty at the end of the input. */
  Optional<String> line(String prompt);

  /** What the person types at the question, without blanks around it; empty for nothing. */
  default String answer(String question) {
    return line(question).map(String::strip).orElse("");
  }

  /** What is piped in, where nobody is there. */
  default InputStream piped() {
    return InputStream.nullInputStream();
  }

  /**
   * Until it is closed, the first Ctrl-C does this instead of ending the program. The next one ends
   * it as ever: an action that hangs must not hold a person.
   *
   * @param action done on a thread of its own
   */
  default Interruption onInterrupt(Runnable action) {
    return () -> {};
  }

  /** The terminal of this process. */
  static Terminal ofProcess() {
    return ProcessTerminal.open();
  }

  /** That Ctrl-C does something else for a while. */
  @FunctionalInterface
  interface Interruption extends AutoCloseable {
    @Override
    void close();
  }
}
