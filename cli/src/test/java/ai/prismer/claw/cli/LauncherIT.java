package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that kubectl runs, with the jars that the build has just put beside it. */
class LauncherIT {
  private static final Path SCRIPT = Path.of("kubectl-claw").toAbsolutePath();

  @TempDir Path folder;

  @Test
  void itRunsTheJarsOfTheBuild() throws Exception {
    assertThat(run(SCRIPT, Map.of(), "version").out()).startsWith("kubectl-claw ");
  }

  @Test
  void itRunsThroughALinkFromAnywhere() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("kubectl-claw"), SCRIPT);

    assertThat(run(link, Map.of(), "version").out()).startsWith("kubectl-claw ");
  }

  @Test
  void aJavaThatIsTooOldIsPassedOver() throws Exception {
    Path old = folder.resolve("old");
    Files.createDirectories(old.resolve("bin"));
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.9\"\n");
    Path java = Files.writeString(old.resolve("bin/java"), "#!/bin/sh\necho too old\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();

    assertThat(run(SCRIPT, Map.of("JAVA_HOME", old.toString()), "version").out())
        .startsWith("kubectl-claw ");
  }

  @Test
  void withoutItsJarsItSaysHowToBuildThem() throws Exception {
    Path copy = Files.copy(SCRIPT, folder.resolve("kubectl-claw"));
    assertThat(copy.toFile().setExecutable(true)).isTrue();

    Program program = run(copy, Map.of(), "version");

    assertThat(program.exitCode()).isEqualTo(1);
    assertThat(program.err()).startsWith("kubectl-claw: no jars in ").contains("mvn");
  }

  @Test
  void exitCodesAndArgumentsReachTheShell() throws Exception {
    Path export = Files.writeString(folder.resolve("an export"), new SampleLog(2).export(2));

    Program program =
        run(
            SCRIPT,
            Map.of(),
            "audit",
            "verify",
            export.toString(),
            "--key",
            new SampleLog(0).key.verifier().text());

    assertThat(program.exitCode()).isEqualTo(1);
    assertThat(program.err()).startsWith("refused: receipt 0: wrong-key");
  }

  @Test
  void withoutAKubeconfigItSaysHowToNameOne() throws Exception {
    Program program =
        run(
            SCRIPT,
            Map.of(
                "KUBECONFIG",
                folder.resolve("missing").toString(),
                "JDK_JAVA_OPTIONS",
                "-Duser.home=" + folder),
            "audit",
            "key");

    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains("no cluster: there is no kubeconfig");
  }

  private Program run(Path script, Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(script.toString());
    builder.command().addAll(List.of(args));
    builder.environment().putAll(environment);
    Process process =
        builder
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(script + " did not end within 2 minutes");
    }
    return new Program(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
