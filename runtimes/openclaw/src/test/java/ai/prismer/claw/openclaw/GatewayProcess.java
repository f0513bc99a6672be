package ai.prismer.claw.openclaw;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The gateway as a process that can be killed, on a port that stays. */
final class GatewayProcess implements AutoCloseable {
  private final Path folder;
  private final int port;
  private final URI model;
  private Optional<Process> process = Optional.empty();

  /** Not started yet; its files lie in {@code folder}, with the token in {@code token}. */
  GatewayProcess(Path folder, URI model) throws IOException {
    this.folder = folder;
    this.model = model;
    Files.writeString(folder.resolve("token"), "t");
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = free.getLocalPort();
    }
  }

  URI url() {
    return URI.create("ws://127.0.0.1:" + port + "/");
  }

  GatewayProcess start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "ai.prismer.claw.openclaw.Main",
            "--bind",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--health-port",
            "0",
            "--config",
            folder.resolve("config.json").toString(),
            "--token-file",
            folder.resolve("token").toString(),
            "--session-dir",
            folder.resolve("sessions").toString());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "OPENCLAW_MODEL", "gpt-x",
                "OPENAI_API_KEY", "sk-secret",
                "OPENAI_BASE_URL", model.toString()));
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("gateway.log").toFile());
    process = Optional.of(builder.start());
    return this;
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.orElseThrow().destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.ifPresent(Process::destroyForcibly);
  }
}
