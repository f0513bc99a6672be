package ai.prismer.claw.cli.audit;

import ai.prismer.claw.cli.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files with keys, a checkpoint or a proof. */
final class SmallFile {
  /** None of them is larger; a wrong file must not fill the memory. */
  private static final int MAX = 160 * 1024;

  private SmallFile() {}

  static String read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static CommandException unreadable(Path file, IOException e) {
    return CommandException.usage(
        "cannot read " + file + " (" + e.getClass().getSimpleName() + ")");
  }
}
