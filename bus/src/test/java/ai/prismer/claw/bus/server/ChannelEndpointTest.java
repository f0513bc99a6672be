package ai.prismer.claw.bus.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.BusFixture;
import ai.prismer.claw.bus.framing.EnvelopeWriter;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.JournalFixture;
import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.bus.router.BusLane;
import ai.prismer.claw.bus.router.Refusal;
import ai.prismer.claw.bus.router.RetryPolicy;
import ai.prismer.claw.bus.router.Sender;
import ai.prismer.claw.contract.Envelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a channel does when the journal commits; the loop rests, so its thread is the test's. */
class ChannelEndpointTest {
  private final Journal journal = new JournalFixture().open();
  private final EventLoop loop = new EventLoop(0, Throwable::printStackTrace);
  private final BusLane inbound = lane(false);
  private final BusLane outbound = lane(true);
  private final ServerContext context =
      new ServerContext(
          loop,
          journal,
          InstantSource.system(),
          new ControlFrames(new EnvelopeWriter(InstantSource.system(), new Random(7)), "always"));
  private final ChannelEndpoint channel =
      new ChannelEndpoint(
          context, ChannelSettings.of("slack"), new PeerCheck(Set.of()), inbound, outbound);

  ChannelEndpointTest() throws IOException {}

  private BusLane lane(boolean out) {
    RetryPolicy policy = new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1), 0);
    return new BusLane("slack", new Lane(0, out), journal, loop, policy, 1, 8, new Random(3), 0);
  }

  @AfterEach
  void close() throws IOException {
    journal.close();
  }

  /** Appends a message to a lane; the channel waits for its commit. */
  private void append(BusLane lane, String id) {
    context.intake(new Taking(lane)).part(frame(id), true, true);
    context.waitForCommit(channel);
  }

  private static ByteBuffer frame(String id) {
    return ByteBuffer.wrap(
        BusFixture.message(id, "slack", "text").getBytes(StandardCharsets.UTF_8));
  }

  private void commit() {
    try {
      JournalFixture.settle(journal);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Test
  void whatIsCommittedWhileItLooksIsNotForgotten() {
    List<Long> asked = new ArrayList<>();
    inbound.attach(delivery -> asked.add(delivery.message()));
    outbound.attach(delivery -> commit());
    append(outbound, "answer");
    commit();
    append(inbound, "question");

    // Looks for questions first, then for answers, and then the question is committed.
    context.progress();
    assertThat(asked).isEmpty();

    // As the loop is told to by that commit.
    context.progress();
    assertThat(asked).hasSize(1);
  }

  /** Has all frames taken into one lane. */
  private record Taking(BusLane lane) implements Sender {
    @Override
    public Verdict judge(Envelope envelope, ByteBuffer frame) {
      return new Verdict.Take(lane);
    }

    @Override
    public @Nullable BusLane laneOf(@Nullable String named) {
      return lane;
    }

    @Override
    public Verdict judge(Envelope envelope, int bytes) {
      return new Verdict.Take(lane);
    }

    @Override
    public void appended(Envelope envelope, long lsn, int bytes) {
      // The test knows.
    }

    @Override
    public void refused(@Nullable Envelope envelope, Refusal reason, int bytes) {
      throw new AssertionError(reason);
    }

    @Override
    public boolean understandsRefusals() {
      return true;
    }

    @Override
    public void resumed() {
      // Nothing waits.
    }
  }
}
