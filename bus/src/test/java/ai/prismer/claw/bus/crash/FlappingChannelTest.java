package ai.prismer.claw.bus.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.BusFixture;
import ai.prismer.claw.bus.FrameRuntime;
import ai.prismer.claw.bus.Wire;
import ai.prismer.claw.bus.server.ChannelMode;
import ai.prismer.claw.bus.server.ChannelSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A channel whose connection ends again and again, in front of a runtime that is slow. */
@Timeout(120)
class FlappingChannelTest {
  private static final String NAME = "slack";
  private static final int BUFFER = 64;
  private static final int CUTS = 20;

  private final Random random = new Random();
  private final Ledger ledger = new Ledger();

  @Test
  void nothingIsLostNorOutOfOrderAndCreditsAreWholeInTheEnd(@TempDir Path folder) throws Exception {
    ChannelSettings settings =
        new ChannelSettings(NAME, ChannelMode.BIDIRECTIONAL, 1, BUFFER, 0.5, 0.25);
    try (BusFixture bus = new BusFixture(folder, settings);
        Wire runtime = bus.runtime()) {
      Thread.ofPlatform().daemon().start(() -> answerSlowly(runtime));
      CrashChannel channel =
          new CrashChannel(
              NAME, folder.resolve("channels").resolve(NAME).resolve("bus.sock"), ledger);
      channel.start();
      for (int cut = 0; cut < CUTS; cut++) {
        // One answer gets through each time, or its attempts would be used up, as they should.
        int answered = ledger.answered();
        int acknowledged = ledger.acknowledged() + random.nextInt(8);
        BusFixture.await(
            () -> ledger.answered() > answered && ledger.acknowledged() >= acknowledged);
        channel.cut();
      }
      channel.stopProducing();
      ledger.awaitAllAnswered(20_000);
      channel.stop();

      assertThat(ledger.acknowledged()).isGreaterThan(CUTS);
      assertThat(ledger.lost()).as("lost").isZero();
      assertThat(ledger.corrupt()).as("corrupt").isZero();
      assertThat(ledger.disordered()).as("out of order").isZero();
      assertThat(credits(bus)).isEqualTo(BUFFER);
    }
  }

  private void answerSlowly(Wire runtime) {
    try {
      while (!runtime.hasEnded()) {
        Wire.Frame question = runtime.poll(100);
        if (question != null) {
          String id = question.envelope().id();
          ledger.delivered(id, question.payload().getOrDefault("text", ""));
          Thread.sleep(random.nextInt(4));
          runtime.send(FrameRuntime.answer(question, Content.text(id + "-resp")));
        }
      }
    } catch (IOException | InterruptedException end) {
      // The test is over.
    }
  }

  /** What a new connection may send. */
  private static int credits(BusFixture bus) throws IOException, InterruptedException {
    try (Wire client = bus.connect(NAME)) {
      client.send(BusFixture.register(NAME, "{\"protocol\":2}"));
      return Integer.parseInt(client.next("credit").payload().getOrDefault("messages", ""));
    }
  }
}
