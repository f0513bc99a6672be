package ai.prismer.claw.bus.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the bus keeps for a runtime that remembers nothing itself: one small file a conversation,
 * replaced as a whole. A power cut may lose the latest; what was accepted and answered stands in
 * the journal, not here. The conversations longest untouched are forgotten. Thread-safe.
 */
final class SessionFiles {
  private static final int MOST = 1024;
  private static final String UNFINISHED = ".new";

  private final Path folder;
  private int writes;

  SessionFiles(Path folder) {
    this.folder = folder;
  }

  private Path file(String session) {
    return folder.resolve(session.replace(':', '_'));
  }

  /** What was kept of the conversation; empty if nothing was. */
  synchronized String read(String session) throws IOException {
    Path file = file(session);
    return Files.exists(file) ? Files.readString(file) : "";
  }

  /** Keeps it instead of what was kept before. */
  synchronized void write(String session, String text) throws IOException {
    Files.createDirectories(folder);
    Path file = file(session);
    Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    Files.write(unfinished, text.getBytes(StandardCharsets.UTF_8));
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (writes++ % 64 == 0) {
      forgetOldest();
    }
  }

  private void forgetOldest() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> oldest =
          files.sorted(Comparator.comparing(SessionFiles::touched).reversed()).skip(MOST).toList();
      for (Path file : oldest) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static FileTime touched(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
