package ai.prismer.claw.cli.output;

import ai.prismer.claw.gate.text.ForeignText;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;

/**
 * Standard output and standard error. Everything that this program prints goes through here, and
 * nothing that a terminal would act on comes out: neither from a receipt, nor from a server's error
 * message, nor from a file that somebody sent.
 */
public final class Screen {
  private static final ObjectWriter JSON =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build()
          .writerWithDefaultPrettyPrinter();

  private final PrintWriter out;
  private final PrintWriter err;

  /** A screen on these two streams. */
  public Screen(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  /** One line of result. */
  public void result(String line) {
    out.println(ForeignText.line(line));
    out.flush();
  }

  /** A table as result. */
  public void result(Table table) {
    table.lines().forEach(out::println);
    out.flush();
  }

  /** The result for a machine: pure ASCII, every other character as a JSON escape. */
  public void result(ObjectNode json) {
    try {
      JSON.writeValueAsString(json).lines().forEach(out::println);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes cannot be written", e);
    }
    out.flush();
  }

  /**
   * The result for a machine as JSON or YAML, both pure ASCII.
   *
   * @throws IllegalArgumentException for the other formats
   */
  public void result(Format format, ObjectNode tree) {
    switch (format) {
      case JSON -> result(tree);
      case YAML -> {
        YamlText.of(tree).lines().forEach(out::println);
        out.flush();
      }
      case TABLE, NAME -> throw new IllegalArgumentException(format + " is no format of a tree");
    }
  }

  /** A result that comes in pieces; nothing else may be printed until it has ended. */
  public StreamedText streamed() {
    return new StreamedText(out);
  }

  /** One line beside the result: advice, progress, an error. */
  public void note(String line) {
    err.println(ForeignText.line(line));
    err.flush();
  }

  /** An empty object for a result. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
