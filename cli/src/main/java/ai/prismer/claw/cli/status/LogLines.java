package ai.prismer.claw.cli.status;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Lines of a stream that an agent writes. One that never ends would fill the memory of whoever
 * looks: a line is cut where it has {@link #MAX_BYTES}, and goes on as the next one.
 */
final class LogLines {
  static final int MAX_BYTES = 64 * 1024;

  private static final String TAB = "    ";
  private static final int BUFFER = 8 * 1024;

  private LogLines() {}

  /** Passes the lines on, without their ends, as UTF-8; what is none is replaced. */
  static void copy(InputStream in, Consumer<String> line) throws IOException {
    ByteArrayOutputStream current = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER];
    int read = in.read(buffer);
    while (read >= 0) {
      for (int i = 0; i < read; i++) {
        if (buffer[i] != '\n') {
          if (current.size() == MAX_BYTES) {
            line.accept(text(current));
            current.reset();
          }
          current.write(buffer[i]);
        } else {
          line.accept(text(current));
          current.reset();
        }
      }
      read = in.read(buffer);
    }
    if (current.size() > 0) {
      line.accept(text(current));
    }
  }

  private static String text(ByteArrayOutputStream bytes) {
    String text = bytes.toString(StandardCharsets.UTF_8);
    // The only control character that belongs into a log: a screen would get it as an escape.
    String expanded = text.replace("\t", TAB);
    return expanded.endsWith("\r") ? expanded.substring(0, expanded.length() - 1) : expanded;
  }
}
