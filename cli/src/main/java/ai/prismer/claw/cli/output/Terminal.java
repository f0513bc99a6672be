package ai.prismer.claw.cli.output;

import java.io.Console;

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
  // From JDK 22 to 24 there was always a console; with 25 it is null again where nobody is there.
  @SuppressWarnings("SystemConsoleNull")
  static Terminal ofProcess() {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
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
