package ai.prismer.claw.contract;

import java.time.Duration;
import java.util.List;

/**
 * The program that asks a running bus from within its container. Images have no shell, so whoever
 * runs it through {@code exec} names the virtual machine itself.
 */
public final class BusClient {
  /**
   * What is run; the words of the question follow. A heap of its own size, because it runs within
   * the memory of the bus's container.
   */
  public static final List<String> COMMAND =
      List.of(
          "/opt/java/bin/java",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-XX:+UseCompactObjectHeaders",
          "-Xmx8m",
          "-Xss256k",
          "-cp",
          "/app/lib/*",
          "ai.prismer.claw.bus.Main");

  /**
   * How long the program waits for the bus before it ends by itself: an {@code exec} that nobody
   * listens to any more is not ended by the kubelet.
   */
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * How many dead letters one question may name. They travel in the URL of an {@code exec}, and the
   * bus reads 64 KiB at most.
   */
  public static final int MOST_IDS = 200;

  private BusClient() {}
}
