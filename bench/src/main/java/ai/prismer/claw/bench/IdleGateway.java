package ai.prismer.claw.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The first-party gateway, started with the flags of its image and then left alone. */
final class IdleGateway {
  private static final int IDLE_SECONDS = 15;

  private IdleGateway() {}

  /** Resident memory in MiB after a quarter of a minute without a client. */
  static long residentMebibytes(Path root) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("bench-gateway");
    Files.writeString(folder.resolve("config.json"), "{\"model\":\"openai/never-asked\"}");
    Files.writeString(folder.resolve("token"), "a token of the benchmark");
    List<String> command = new ArrayList<>(imageCommand(root));
    command.addAll(
        List.of(
            "--bind",
            "127.0.0.1",
            "--port",
            "0",
            "--health-port",
            "0",
            "--config",
            folder.resolve("config.json").toString(),
            "--token-file",
            folder.resolve("token").toString(),
            "--session-dir",
            folder.resolve("sessions").toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().put("OPENAI_API_KEY", "none");
    Process gateway = builder.start();
    try {
      if (gateway.waitFor(IDLE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(
            "the gateway ended: "
                + Files.readString(folder.resolve("log"), StandardCharsets.UTF_8));
      }
      return Gauge.residentMebibytes(gateway);
    } finally {
      gateway.destroy();
      gateway.waitFor();
    }
  }

  /**
   * The entry point of the Containerfile, with this machine's Java and jars in place of its own.
   */
  private static List<String> imageCommand(Path root) throws IOException {
    Path module = root.resolve("runtimes/openclaw");
    String file = Files.readString(module.resolve("Containerfile"));
    String entry = file.substring(file.indexOf("ENTRYPOINT [") + "ENTRYPOINT [".length());
    return Pattern.compile("\"([^\"]+)\"")
        .matcher(entry)
        .results()
        .map(word -> word.group(1))
        .map(word ->
            switch (word) {
              case "/opt/java/bin/java" ->
                  Path.of(System.getProperty("java.home"), "bin/java").toString();
              case "/app/lib/*" -> module.resolve("target/image/lib") + "/*";
              default -> word;
            })
        .toList();
  }
}
