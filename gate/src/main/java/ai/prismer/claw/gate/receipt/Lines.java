package ai.prismer.claw.gate.receipt;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Lines of bounded length: a file without line ends must not fill the memory. */
final class Lines {
  private final InputStream in;
  private final int limit;

  Lines(InputStream in, int limit) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.limit = limit;
  }

  /**
   * The next line without its end; null after the last.
   *
   * @throws NotVerifiedException if it is longer than the limit
   */
  byte @Nullable [] next() throws IOException, NotVerifiedException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(4096);
    int read = in.read();
    if (read < 0) {
      return null;
    }
    while (read >= 0 && read != '\n') {
      if (line.size() == limit) {
        throw new NotVerifiedException(
            Flaw.OVERSIZED, "the line has more than " + limit + " bytes");
      }
      line.write(read);
      read = in.read();
    }
    return line.toByteArray();
  }
}
