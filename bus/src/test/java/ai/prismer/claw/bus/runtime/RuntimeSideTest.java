package ai.prismer.claw.bus.runtime;

import static ai.prismer.claw.bus.BusFixture.ack;
import static ai.prismer.claw.bus.BusFixture.await;
import static ai.prismer.claw.bus.BusFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.BusFixture;
import ai.prismer.claw.bus.Wire;
import ai.prismer.claw.bus.bridge.Bridge;
import ai.prismer.claw.bus.bridge.BridgeEvents;
import ai.prismer.claw.bus.bridge.Capabilities;
import ai.prismer.claw.bus.router.BusLane;
import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.bus.server.ChannelSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When turns are begun, while the runtime goes and comes and the bus is drained. */
@Timeout(60)
class RuntimeSideTest {
  /** A bridge that says and does what the test wants. */
  private static final class ScriptedBridge implements Bridge {
    final List<Outgoing> sent = new CopyOnWriteArrayList<>();
    private volatile @Nullable BridgeEvents events;

    @Override
    public Capabilities capabilities() {
      return new Capabilities(true, false, true, true, 8, 0, 1024 * 1024);
    }

    @Override
    public void start(BridgeEvents listener) {
      events = listener;
    }

    BridgeEvents says() {
      BridgeEvents present = events;
      if (present == null) {
        throw new AssertionError("the bridge was not started");
      }
      return present;
    }

    List<String> ids() {
      return sent.stream().map(turn -> turn.envelope().id()).toList();
    }

    @Override
    public void send(Outgoing turn) {
      sent.add(turn);
    }

    @Override
    public void close() {}
  }

  private final ScriptedBridge bridge = new ScriptedBridge();
  private BusFixture bus;
  private Wire slack;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    bus = new BusFixture(folder, bridge, ChannelSettings.of("slack"));
    slack = bus.client("slack");
  }

  @AfterEach
  void end() throws IOException {
    bus.close();
  }

  private Wire.Frame answer() throws IOException, InterruptedException {
    Wire.Frame answer = slack.next("message");
    slack.send(ack(answer));
    return answer;
  }

  @Test
  void aTurnThatOutlastsADrainIsNotBegunAgainAndItsThreadGoesOn() throws Exception {
    bridge.says().up();
    slack.send(message("m1", "slack", "hello"));
    await(() -> bridge.sent.size() == 1);
    boolean idle = bus.bus().drain(Duration.ofMillis(1), Optional.of(Duration.ofMillis(50))).join();
    assertThat(idle).isFalse();
    BusLane lane = bus.bus().channels().getFirst().inbound();
    await(() -> bus.bus().ask(lane::isAttached).join());
    slack.send(message("m2", "slack", "next"));
    slack.next("ack");
    bridge.says().answered(bridge.sent.getFirst(), "at last");
    assertThat(answer().payload()).containsEntry("text", "at last");
    await(() -> bridge.sent.size() > 1);
    assertThat(bridge.ids()).containsExactly("m1", "m2");
  }

  @Test
  void whatIsAcceptedDuringADrainOrWithoutARuntimeWaitsForBothToBeOver() throws Exception {
    slack.send(message("m1", "slack", "hello"));
    slack.next("ack");
    boolean idle = bus.bus().drain(Duration.ofMillis(1), Optional.of(Duration.ofSeconds(3))).join();
    assertThat(idle).isTrue();
    bridge.says().up();
    await(() -> bus.bus().ask(() -> bus.bus().runtime().isUp()).join());
    assertThat(bridge.sent).isEmpty();
    await(() -> bridge.sent.size() == 1);
    bridge.says().answered(bridge.sent.getFirst(), "hi");
    assertThat(answer().envelope().id()).isEqualTo("m1-resp");
  }
}
