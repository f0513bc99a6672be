package ai.prismer.claw.testkit.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * One {@code claw-cluster api}. It lives as long as its standard input is open, so that it goes
 * with this JVM whatever ends it.
 */
final class ApiServerProcess {

  private static final String ANNOUNCEMENT = "kubeconfig=";
  private static final int KEPT_LINES = 40;

  private final Process process;
  private final Path kubeconfig;

  private ApiServerProcess(Process process, Path kubeconfig) {
    this.process = process;
    this.kubeconfig = kubeconfig;
  }

  /**
   * Starts one and waits until it is usable; builds its binary first when these sources have not
   * been built on this machine, which takes minutes and is said on standard error.
   */
  static ApiServerProcess start(Path root) {
    Path program = root.resolve("cluster").resolve("claw-cluster");
    if (!Files.isExecutable(program)) {
      throw new IllegalStateException(
          program + " is missing: set the system property claw.root to the root of the repository");
    }
    try {
      Process process =
          new ProcessBuilder(program.toString(), "api")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return new ApiServerProcess(process, awaitAnnouncement(process));
    } catch (IOException broken) {
      throw new UncheckedIOException("cannot start " + program, broken);
    }
  }

  private static Path awaitAnnouncement(Process process) throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    Deque<String> seen = new ArrayDeque<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(ANNOUNCEMENT)) {
        drain(output);
        return Path.of(line.substring(ANNOUNCEMENT.length()).strip());
      }
      seen.addLast(line);
      if (seen.size() > KEPT_LINES) {
        seen.removeFirst();
      }
    }
    throw new IllegalStateException(
        "the API server ended before it was ready:\n" + String.join("\n", seen));
  }

  /** A full pipe would stop the process at its next line. */
  private static void drain(BufferedReader output) {
    Thread.ofVirtual()
        .start(() -> {
          try (output) {
            while (output.readLine() != null) {
              // Read only to keep the pipe empty.
            }
          } catch (IOException ended) {
            // The process is gone.
          }
        });
  }

  /** Content of the administrator's kubeconfig. */
  String kubeconfig() {
    try {
      return Files.readString(kubeconfig);
    } catch (IOException gone) {
      throw new UncheckedIOException("cannot read " + kubeconfig, gone);
    }
  }

  /** Folder of the certificates and keys by which its components know each other. */
  Path certificates() {
    return kubeconfig.resolveSibling("pki");
  }

  /** Ends it and waits for it. */
  void stop() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException alreadyGone) {
      process.destroyForcibly();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
