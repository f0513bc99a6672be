package ai.prismer.claw.bus.crash;

import ai.prismer.claw.bus.FrameRuntime;
import ai.prismer.claw.bus.Main;
import ai.prismer.claw.contract.BusEnvironment;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How the rigs start the bus: as a process of its own, with the class path of the rig.
 *
 * @param folder sockets and the log of the bus
 * @param journal folder of its journal
 * @param journalMebibytes what its journal may use of the disk
 * @param durability as in {@code CLAW_BUS_DURABILITY}
 * @param channels names
 */
record BusProcess(
    Path folder, Path journal, int journalMebibytes, String durability, List<String> channels) {

  Path socket(String channel) {
    return folder.resolve(channel).resolve("bus.sock");
  }

  /** Starts it, with {@code runtime} as the agent. */
  Process start(FrameRuntime runtime) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx24m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    InetSocketAddress address = (InetSocketAddress) runtime.address();
    builder
        .environment()
        .putAll(
            Map.of(
                BusEnvironment.CHANNELS,
                String.join(";", channels),
                BusEnvironment.CHANNELS_DIR,
                folder.toString(),
                BusEnvironment.JOURNAL_DIR,
                journal.toString(),
                BusEnvironment.JOURNAL_SIZE,
                journalMebibytes + "Mi",
                BusEnvironment.DURABILITY,
                durability,
                BusEnvironment.BRIDGE,
                "claw-tcp",
                BusEnvironment.RUNTIME,
                "127.0.0.1:" + address.getPort(),
                BusEnvironment.HEALTH_PORT,
                "0",
                BusEnvironment.ADMIN_SOCKET,
                folder.resolve("admin.sock").toString()));
    return builder
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(folder.resolve("bus.log").toFile())
        .start();
  }

  /**
   * Sends the process a signal.
   *
   * @param name without its SIG
   */
  static void signal(Process process, String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new IOException("process " + process.pid() + " cannot be sent " + name);
    }
  }
}
