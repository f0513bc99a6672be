package ai.prismer.claw.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ctrl-C, as the kernel delivers it to a process of its own. */
class InterruptSignalTest {
  /** 128 and the number of SIGINT. */
  private static final int INTERRUPTED = 130;

  @BeforeEach
  void theSignalIsNotIgnored() throws IOException {
    // A shell starts what it puts in the background with SIGINT ignored; a JVM then leaves it so.
    long ignored =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .mapToLong(
                line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
            .findFirst()
            .orElse(0);
    assumeThat(ignored & 0b10).as("SIGINT is ignored here").isZero();
  }

  @Test
  void theFirstOneDoesWhatWasAskedAndTheSecondEndsTheProgram() throws Exception {
    Process program = start();
    try (BufferedReader out = program.inputReader()) {
      assertThat(out.readLine()).isEqualTo("ready");
      interrupt(program);
      assertThat(out.readLine()).isEqualTo("stopped");
      assertThat(program.isAlive()).isTrue();
      interrupt(program);
      assertThat(out.readLine()).isNull();
      assertThat(exitCode(program)).isEqualTo(INTERRUPTED);
    }
  }

  @Test
  void onceGivenBackItEndsTheProgramAtOnce() throws Exception {
    Process program = start("given back");
    try (BufferedReader out = program.inputReader()) {
      assertThat(out.readLine()).isEqualTo("ready");
      interrupt(program);
      assertThat(out.readLine()).isNull();
      assertThat(exitCode(program)).isEqualTo(INTERRUPTED);
    }
  }

  private static Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                InterruptedProgram.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static void interrupt(Process program) throws IOException, InterruptedException {
    String id = Long.toString(program.pid());
    assertThat(new ProcessBuilder("kill", "-INT", id).start().waitFor()).isZero();
  }

  private static int exitCode(Process program) throws InterruptedException {
    try {
      assertThat(program.waitFor(1, TimeUnit.MINUTES)).isTrue();
      return program.exitValue();
    } finally {
      program.destroyForcibly();
    }
  }
}
