package ai.prismer.claw.operator.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of this operator, written into the jar by the build. */
final class Version {

  private Version() {}

  static String current() {
    try (InputStream file = Version.class.getResourceAsStream("version")) {
      if (file == null) {
        throw new IllegalStateException("the jar was built without its version");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the version in the jar cannot be read", unreadable);
    }
  }
}
