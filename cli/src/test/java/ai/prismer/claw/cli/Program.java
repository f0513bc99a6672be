package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.cli.output.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
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
    return run(Terminal.NOBODY, args);
  }

  /** Runs it at a terminal. */
  static Program run(Terminal terminal, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.run(terminal, new PrintWriter(out), new PrintWriter(err), args);
    return new Program(exitCode, out.toString(), err.toString());
  }

  /** What it wrote as JSON; fails the test unless it succeeded. */
  JsonNode json() throws IOException {
    assertThat(exitCode).as(err).isZero();
    return new JsonMapper().readTree(out);
  }
}
