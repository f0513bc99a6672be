package ai.prismer.claw.bus.bridge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The secret by which the runtime knows the bus. Read at every connection, because a Secret's file
 * changes under a running process; printed nowhere.
 *
 * @param file that holds it, or null if the runtime asks for none
 */
public record Token(@Nullable Path file) {
  private static final int LONGEST = 4096;

  /** No token. */
  public static final Token NONE = new Token(null);

  /**
   * Reads it; empty if there is none.
   *
   * @throws IOException when it cannot be read or is longer than 4 KiB
   */
  public String read() throws IOException {
    Path present = file;
    if (present == null) {
      return "";
    }
    if (Files.size(present) > LONGEST) {
      throw new IOException(present + " is longer than " + LONGEST + " bytes, which is no token");
    }
    return Files.readString(present).strip();
  }
}
