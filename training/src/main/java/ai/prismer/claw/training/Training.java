package ai.prismer.claw.training;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * One run of a program within its image, with the very files and flags it is to have later, from
 * whose classes the virtual machine makes an AOT cache (JEP 483, JEP 514, JEP 515) when it ends.
 * The cache is called by the hash of the jars, and is tried once before the image may have it.
 */
final class Training {
  private static final long PATIENCE_SECONDS = 120;

  private final Image image;
  private final String main;

  /** What is done with the running program so that it loads what it will need. */
  @FunctionalInterface
  interface Lesson {
    void give(Process program) throws IOException, InterruptedException;
  }

  /**
   * @param main the main class; it has to end on SIGTERM with 0, and to know {@code --help}
   */
  Training(Image image, String main) {
    this.image = image;
    this.main = main;
  }

  /**
   * Runs it to its end.
   *
   * @throws IOException if the program did not end with 0 or the cache is not taken
   */
  void run(Map<String, String> environment, Lesson lesson)
      throws IOException, InterruptedException {
    String cache = image.cache();
    Files.createDirectories(Objects.requireNonNull(image.file(cache).getParent()));
    Process program =
        begin(
            image.start(List.of("-XX:AOTCacheOutput=" + cache, "-cp", image.classPath()), main),
            environment);
    try {
      lesson.give(program);
      program.destroy();
      ended(program, "the training");
    } finally {
      program.destroyForcibly();
    }
    image.name(cache);
    // What is only a line in the log later ends the program here.
    Process trial =
        begin(image.start(List.of("@" + Image.MADE, "-XX:AOTMode=on"), main, "--help"), Map.of());
    ended(trial, "the first start with " + cache);
  }

  private static Process begin(List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static void ended(Process process, String what) throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(what + " has not ended after " + PATIENCE_SECONDS + " s");
    }
    if (process.exitValue() != 0) {
      throw new IOException(what + " ended with " + process.exitValue());
    }
  }
}
