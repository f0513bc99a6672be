package ai.prismer.claw.bus.crash;

import ai.prismer.claw.bus.FrameRuntime;
import ai.prismer.claw.bus.Main;
import ai.prismer.claw.bus.Wire;
import ai.prismer.claw.contract.BusEnvironment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The bus as a process, killed with SIGKILL at random moments under load, while two channels and a
 * runtime in this process talk through it and keep the books.
 *
 * <p>Every message that a channel was told is accepted has to reach the runtime, and the runtime's
 * answer the channel, at least once, unchanged and in order. This proves nothing about power cuts:
 * the page cache survives a process.
 */
final class BusCrash {
  private static final List<String> CHANNELS = List.of("first", "second");

  private final Path folder;
  private final Random random;
  private final Ledger ledger = new Ledger();

  BusCrash(Path folder, Random random) {
    this.folder = folder;
    this.random = random;
  }

  /** Arguments: rounds, and a folder on the disk to try; without one, a temporary one. */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    Path folder =
        arguments.length > 1 ? Path.of(arguments[1]) : Files.createTempDirectory("crash-bus");
    long seed = new Random().nextLong();
    System.out.println("crash-bus: folder=" + folder + " seed=" + seed);
    Ledger ledger = new BusCrash(folder, new Random(seed)).run(rounds);
    if (arguments.length == 1) {
      delete(folder);
    }
    if (ledger.disordered() > 0) {
      System.out.println("crash-bus: out of order=" + ledger.disordered());
    }
    System.out.printf(
        "crash-bus: rounds=%d acknowledged=%d lost=%d corrupt=%d duplicates=%d%n",
        rounds, ledger.acknowledged(), ledger.lost(), ledger.corrupt(), ledger.duplicates());
    boolean sound = ledger.lost() + ledger.corrupt() + ledger.disordered() == 0;
    System.exit(sound && ledger.acknowledged() > 0 ? 0 : 1);
  }

  /** Kills {@code rounds} times, then lets a last bus deliver what is left. */
  Ledger run(int rounds) throws Exception {
    try (FrameRuntime runtime =
        new FrameRuntime(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      Thread.ofPlatform().daemon().name("runtime").start(() -> answer(runtime));
      List<CrashChannel> channels = new ArrayList<>();
      for (String name : CHANNELS) {
        CrashChannel channel =
            new CrashChannel(name, folder.resolve(name).resolve("bus.sock"), ledger);
        channel.start();
        channels.add(channel);
      }
      for (int round = 1; round <= rounds; round++) {
        Process bus = start(runtime);
        boolean early = round % 10 == 0;
        // A count of what it has to do, not a time: a busy machine may do nothing for long.
        int wanted = ledger.acknowledged() + (early ? 0 : random.nextInt(1, 200));
        ledger.awaitAcknowledged(wanted, 60_000);
        bus.waitFor(random.nextInt(early ? 500 : 50), TimeUnit.MILLISECONDS);
        bus.destroyForcibly().waitFor();
      }
      channels.forEach(CrashChannel::stopProducing);
      Process last = start(runtime);
      ledger.awaitAllAnswered(120_000);
      channels.forEach(CrashChannel::stop);
      last.destroy();
      if (last.waitFor() != 0) {
        throw new IllegalStateException("the last bus ended with " + last.exitValue());
      }
      return ledger;
    }
  }

  private void answer(FrameRuntime runtime) {
    while (true) {
      try (Wire wire = runtime.accept()) {
        while (!wire.hasEnded()) {
          Wire.Frame question = wire.poll(100);
          if (question != null) {
            String id = question.envelope().id();
            ledger.delivered(id, question.payload().getOrDefault("text", ""));
            wire.send(FrameRuntime.answer(question, Content.text(id + "-resp")));
          }
        }
      } catch (IOException gone) {
        if (!runtime.isOpen()) {
          return;
        }
      } catch (InterruptedException end) {
        return;
      }
    }
  }

  private Process start(FrameRuntime runtime) throws IOException {
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
                String.join(";", CHANNELS),
                BusEnvironment.CHANNELS_DIR,
                folder.toString(),
                BusEnvironment.JOURNAL_DIR,
                folder.resolve("journal").toString(),
                BusEnvironment.JOURNAL_SIZE,
                "128Mi",
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

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
