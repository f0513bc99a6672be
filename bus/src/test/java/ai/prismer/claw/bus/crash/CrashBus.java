package ai.prismer.claw.bus.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts a {@link Victim}, kills it with SIGKILL at a random moment under load, and so on; at last
 * lets one drain what is left, and compares the books.
 */
final class CrashBus {
  private final Path folder;
  private final Random random;
  private final Books books = new Books();

  CrashBus(Path folder, Random random) {
    this.folder = folder;
    this.random = random;
  }

  /** Arguments: rounds, and a folder on the disk to try; without one, a temporary one. */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    Path folder =
        arguments.length > 1 ? Path.of(arguments[1]) : Files.createTempDirectory("crash-bus");
    long seed = new Random().nextLong();
    System.out.println("crash-bus: folder=" + folder + " seed=" + seed);
    Books books = new CrashBus(folder, new Random(seed)).run(rounds);
    if (arguments.length == 1) {
      delete(folder);
    }
    System.out.printf(
        "crash-bus: rounds=%d acknowledged=%d lost=%d corrupt=%d duplicates=%d%n",
        rounds, books.accepted(), books.lost(), books.corrupt(), books.duplicates());
    boolean sound = books.lost() + books.corrupt() + books.disordered() == 0;
    System.exit(sound && books.accepted() > 0 ? 0 : 1);
  }

  /** Kills {@code rounds} times. */
  Books run(int rounds) throws IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      // Some are killed while they still read what the last one left.
      int lines = round % 10 == 0 ? 0 : random.nextInt(1, 300);
      live(round, "load", lines, Duration.ofMillis(lines == 0 ? 0 : random.nextInt(50)));
    }
    int status = live(rounds + 1, "drain", 1, Duration.ofMinutes(5));
    if (status != 0) {
      throw new IllegalStateException("the last victim, which nobody killed, ended with " + status);
    }
    return books;
  }

  /**
   * One life.
   *
   * @param lines what it has to say before its end may come: a count, not a time, because on a busy
   *     machine a process may do nothing for long
   * @param longest how long it may live after that
   * @return its exit status
   */
  private int live(int life, String what, int lines, Duration longest)
      throws IOException, InterruptedException {
    Process victim =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xmx64m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Victim.class.getName(),
                    folder.toString(),
                    Integer.toString(life),
                    what))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = victim.inputReader(StandardCharsets.US_ASCII)) {
      for (int said = 0; said < lines; said++) {
        String line = output.readLine();
        if (line == null) {
          break;
        }
        books.enter(line);
      }
      Thread killer =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                try {
                  victim.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException early) {
                  Thread.currentThread().interrupt();
                }
                // Not the Process itself: that would close the pipe with what is in it.
                victim.toHandle().destroyForcibly();
              });
      output.lines().forEach(books::enter);
      killer.join();
    }
    return victim.waitFor();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
