package ai.prismer.claw.bus.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bus as a process, with the heap of its image, among peers that misbehave for a while.
 * Afterwards nothing that was acknowledged is missing, its memory and its descriptors are what they
 * were, and its channels have all their credits again.
 */
@Tag("long")
class BusStrainTest {
  private static final List<String> CHANNELS = List.of("first", "second");

  /** A heap of 24 MiB, direct buffers, code and threads; measured 110 MiB without an AOT cache. */
  private static final long MOST_MEBIBYTES = 160;

  private static final int WINDOW = 512;

  @TempDir Path folder;
  private final Ledger ledger = new Ledger();
  private Peers peers;
  private Process bus;

  @BeforeEach
  void start() throws IOException {
    BusProcess process =
        new BusProcess(folder, folder.resolve("journal"), "64Mi", "always", CHANNELS);
    peers = new Peers(process, ledger);
    bus = process.start(peers.runtime());
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    bus.destroyForcibly().waitFor();
    peers.close();
  }

  @Test
  void aBusThatStoodStillForAMinuteGoesOn() throws Exception {
    ledger.awaitAcknowledged(500, 60_000);
    signal("STOP");
    boolean ended = bus.waitFor(Duration.ofSeconds(60));
    assertThat(ended).isFalse();
    signal("CONT");
    ledger.awaitAcknowledged(ledger.acknowledged() + 500, 60_000);
    assertAllIsWell();
  }

  @Test
  void aSlowRuntimeHoldsUpItsChannelsAndNotTheBus() throws Exception {
    peers.answerAfter(Duration.ofMillis(25));
    // Two high watermarks of 819 messages.
    ledger.awaitAcknowledged(1_600, 60_000);
    int throttled = ledger.acknowledged();
    boolean ended = bus.waitFor(Duration.ofSeconds(10));
    assertThat(ended).isFalse();
    assertThat(ledger.acknowledged() - throttled).as("taken in while throttled").isLessThan(1_600);
    assertThat(mebibytes()).isLessThan(MOST_MEBIBYTES);
    peers.answerAfter(Duration.ZERO);
    assertAllIsWell();
  }

  @Test
  void aFlappingChannelLosesNothingAndCostsNothing() throws Exception {
    ledger.awaitAcknowledged(500, 60_000);
    long descriptors = descriptors();
    for (int i = 0; i < 400; i++) {
      peers.drop();
      boolean ended = bus.waitFor(i % 60, TimeUnit.MILLISECONDS);
      assertThat(ended).isFalse();
    }
    assertAllIsWell();
    assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 4);
  }

  private void assertAllIsWell() throws Exception {
    peers.stopProducing();
    ledger.awaitAllAnswered(60_000);
    assertThat(ledger.acknowledged()).isPositive();
    assertThat(ledger.lost()).as("lost").isZero();
    assertThat(ledger.corrupt()).as("corrupt").isZero();
    assertThat(ledger.disordered()).as("out of order").isZero();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(peers.credits()).as("credits").containsExactly(WINDOW, WINDOW));
    assertThat(mebibytes()).isLessThan(MOST_MEBIBYTES);
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(bus.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + bus.pid() + "/fd"))) {
      return open.count();
    }
  }

  private long mebibytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + bus.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
