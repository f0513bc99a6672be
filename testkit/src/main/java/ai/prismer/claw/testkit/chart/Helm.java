package ai.prismer.claw.testkit.chart;

import ai.prismer.claw.testkit.cluster.ApiServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Helm, as the test bed carries it. */
public final class Helm {
  /** Rendering asks no cluster, so Helm is told for which version. */
  private static final String KUBERNETES = "1.34.4";

  private static final long SECONDS = 60;

  private Helm() {}

  /** How a call ended. */
  public record Result(int code, String output, String errors) {}

  /** Folder of the chart. */
  public static Path chart() {
    return ApiServer.root().resolve("charts/k8s4claw");
  }

  /** Renders the chart for a release {@code k8s4claw} in a namespace. */
  public static Result template(String namespace, String... arguments) {
    List<String> command = new ArrayList<>(List.of("template", "k8s4claw", chart().toString()));
    command.addAll(List.of("--namespace", namespace));
    if (!List.of(arguments).contains("--kube-version")) {
      command.addAll(List.of("--kube-version", KUBERNETES));
    }
    command.addAll(List.of(arguments));
    return run(command);
  }

  /** Runs any command of Helm. */
  public static Result run(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(ApiServer.root().resolve("cluster/claw-cluster").toString());
    command.add("helm");
    command.addAll(arguments);
    try {
      Path errors = Files.createTempFile("helm", ".err");
      try {
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new IllegalStateException("helm did not end within " + SECONDS + " s: " + command);
        }
        return new Result(process.exitValue(), output, Files.readString(errors));
      } finally {
        Files.deleteIfExists(errors);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException("cannot run helm", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }
}
