package ai.prismer.claw.training;

import ai.prismer.claw.contract.BusEnvironment;
import ai.prismer.claw.contract.BusMetrics;
import ai.prismer.claw.contract.BusPaths;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Trains the bus: a channel that says a few things, the kubelet's probes and the operator's look at
 * the metrics. The runtime is not there yet, as at the start of every pod, so that the bridge that
 * nearly all have is met while it dials.
 */
public final class BusTraining {
  /** The program. */
  public static final String MAIN = "ai.prismer.claw.bus.Main";

  private static final String CHANNEL = "training";
  private static final int MESSAGES = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private BusTraining() {}

  /** Runs within the image that is being built. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("training");
    int health = freePort();
    new Training(Image.here(), MAIN)
        .run(
            environment(work, CHANNEL, health, freePort()),
            bus -> {
              try (BusChannel channel =
                  BusChannel.open(bus, CHANNEL, socket(work, CHANNEL), PATIENCE)) {
                for (int i = 0; i < MESSAGES; i++) {
                  channel.say("training-" + i, "what is " + i + "?");
                }
                look(health);
              }
            });
  }

  private static void look(int port) throws IOException {
    for (String path : List.of("/startupz", "/healthz", "/readyz", BusMetrics.PATH)) {
      try (InputStream page = URI.create("http://127.0.0.1:" + port + path).toURL().openStream()) {
        page.readAllBytes();
      }
    }
  }

  /**
   * What a bus with one channel is told.
   *
   * @param work folder for everything it writes, as it sees it
   * @param health its health port
   * @param runtime port of this machine where its runtime is to be
   */
  public static Map<String, String> environment(
      Path work, String channel, int health, int runtime) {
    return Map.of(
        BusEnvironment.CHANNELS,
        channel + "=bidirectional",
        BusEnvironment.BRIDGE,
        "openclaw-ws",
        BusEnvironment.RUNTIME,
        "ws://127.0.0.1:" + runtime + "/",
        BusEnvironment.JOURNAL_DIR,
        work.resolve("journal").toString(),
        BusEnvironment.JOURNAL_SIZE,
        "64Mi",
        BusEnvironment.GRACE,
        "0",
        BusEnvironment.HEALTH_PORT,
        Integer.toString(health),
        BusEnvironment.CHANNELS_DIR,
        work.resolve("channels").toString(),
        BusEnvironment.ADMIN_SOCKET,
        work.resolve("admin.sock").toString());
  }

  /** The socket of a channel of such a bus. */
  public static Path socket(Path work, String channel) {
    return work.resolve("channels").resolve(channel).resolve(BusPaths.SOCKET_NAME);
  }

  /** A port that nobody listens at. */
  public static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}
