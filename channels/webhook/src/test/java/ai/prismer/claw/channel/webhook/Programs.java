package ai.prismer.claw.channel.webhook;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bus, gateway and two webhook sidecars as processes, with the environment and the flags they have
 * in a pod: each can be killed and started again.
 */
final class Programs implements AutoCloseable {
  static final String BUS = "bus";
  static final String GATEWAY = "gateway";
  static final String HOOK = "hook";
  static final String PUSH = "push";

  private record Program(List<String> command, Map<String, String> environment) {}

  private final Path folder;
  private final Map<String, Program> programs = new LinkedHashMap<>();
  private final Map<String, Process> running = new LinkedHashMap<>();
  private final int hookPort = freePort();
  private final int pushPort = freePort();

  /**
   * Nothing is started yet.
   *
   * @param model where the gateway's model is
   * @param target where the second sidecar posts answers
   */
  Programs(Path folder, URI model, URI target) throws IOException {
    this.folder = folder;
    int gatewayPort = freePort();
    Files.writeString(folder.resolve("token"), "t");
    programs.put(
        GATEWAY,
        new Program(
            java(
                "ai.prismer.claw.openclaw.Main",
                96,
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(gatewayPort),
                "--health-port",
                "0",
                "--config",
                folder.resolve("config.json").toString(),
                "--token-file",
                folder.resolve("token").toString(),
                "--session-dir",
                folder.resolve("sessions").toString()),
            Map.of(
                "OPENCLAW_MODEL", "gpt-x",
                "OPENAI_API_KEY", "sk-secret",
                "OPENAI_BASE_URL", model.toString())));
    programs.put(
        BUS,
        new Program(
            java("ai.prismer.claw.bus.Main", 24),
            Map.of(
                "CLAW_BUS_CHANNELS",
                "hook=bidirectional,inFlight=16;push=bidirectional,inFlight=16",
                "CLAW_BUS_BRIDGE",
                "openclaw-ws",
                "CLAW_BUS_RUNTIME",
                "ws://127.0.0.1:" + gatewayPort + "/",
                "CLAW_BUS_TOKEN_FILE",
                folder.resolve("token").toString(),
                "CLAW_BUS_JOURNAL_DIR",
                folder.resolve("journal").toString(),
                "CLAW_BUS_JOURNAL_SIZE",
                "64Mi",
                "CLAW_BUS_HEALTH_PORT",
                "0",
                "CLAW_BUS_CHANNELS_DIR",
                folder.resolve("channels").toString(),
                "CLAW_BUS_ADMIN_SOCKET",
                folder.resolve("admin.sock").toString())));
    programs.put(HOOK, sidecar(HOOK, "{\"listenPort\":%d}".formatted(hookPort)));
    programs.put(
        PUSH,
        sidecar(
            PUSH,
            "{\"listenPort\":%d,\"targetURL\":\"%s\",\"allowPrivateTargets\":true}"
                .formatted(pushPort, target)));
  }

  private Program sidecar(String name, String config) {
    return new Program(
        java("ai.prismer.claw.channel.webhook.Main", 24),
        Map.of(
            "CHANNEL_NAME",
            name,
            "CHANNEL_TYPE",
            "webhook",
            "CHANNEL_MODE",
            "bidirectional",
            "CHANNEL_CONFIG",
            config,
            "WEBHOOK_SECRET",
            Caller.SECRET,
            "IPC_SOCKET_PATH",
            folder.resolve("channels").resolve(name) + "/bus.sock"));
  }

  private static List<String> java(String main, int heapMib, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx" + heapMib + "m",
                "-Xss256k",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:+UseCompactObjectHeaders",
                "-cp",
                System.getProperty("java.class.path"),
                main));
    command.addAll(List.of(arguments));
    return command;
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  int hookPort() {
    return hookPort;
  }

  int pushPort() {
    return pushPort;
  }

  List<String> names() {
    return List.copyOf(programs.keySet());
  }

  void startAll() throws IOException {
    for (String name : names()) {
      start(name);
    }
  }

  void start(String name) throws IOException {
    Program program = programs.get(name);
    ProcessBuilder builder = new ProcessBuilder(program.command());
    builder.environment().clear();
    builder.environment().putAll(program.environment());
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".log").toFile()));
    running.put(name, builder.start());
  }

  /** SIGKILL, and the next life. */
  void kill(String name) throws IOException, InterruptedException {
    running.get(name).destroyForcibly().waitFor();
    start(name);
  }

  /** SIGTERM; the status. */
  int stop(String name) throws InterruptedException {
    Process process = running.get(name);
    process.destroy();
    return process.waitFor();
  }

  /** Resident memory in KiB. */
  long residentKib(String name) throws IOException {
    Path status = Path.of("/proc", Long.toString(running.get(name).pid()), "status");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    running.values().forEach(Process::destroyForcibly);
  }
}
