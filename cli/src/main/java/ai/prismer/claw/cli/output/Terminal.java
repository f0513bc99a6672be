package ai.prismer.claw.cli.output;

import java.io.Console;
import java.util.Objects;

/** The person at the keyboard, if there is one. */
public interface Terminal {
  /** Nobody: a script, a pipe, a pod. */
  Terminal NOBODY =
      new Terminal() {
        @Override
        public boolean isThere() {
          return false;
        }

        @Override
        public String answer(String question) {
          throw new IllegalStateException("nobody is there to be asked: " + question);
        }
      };

  /** Whether somebody can be asked. */
  boolean isThere();

  /** What the person types at the question; empty for nothing. */
  String answer(String question);

  /** The terminal of this process. */
  static Terminal ofProcess() {
    // There is always one, since JDK 22; whether somebody sits at it is another question.
    Console console = Objects.requireNonNull(System.console());
    if (!console.isTerminal()) {
      return NOBODY;
    }
    return new Terminal() {
      @Override
      public boolean isThere() {
        return true;
      }

      @Override
      public String answer(String question) {
        String answer = console.readLine("%s", question);
        return answer == null ? "" : answer.strip();
      }
    };
  }
}
