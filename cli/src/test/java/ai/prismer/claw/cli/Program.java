package ai.prismer.claw.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * One run of the program.
 *
 * @param exitCode its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Program(int exitCode, String out, String err) {
  static Program run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), args);
    return new Program(exitCode, out.toString(), err.toString());
  }
}
