package ai.prismer.claw.bus.server;

import ai.prismer.claw.bus.framing.FrameBudget;
import ai.prismer.claw.bus.journal.DiskPressure;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.bus.router.Intake;
import ai.prismer.claw.bus.router.Sender;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Set;

/** What all channels of one bus share. Loop's thread. */
public final class ServerContext {
  /** Longest piece in which a frame is held in memory. */
  public static final int PART_BYTES = 128 * 1024;

  /** Bytes that all half-received frames together may hold. */
  private static final long FRAME_BUDGET = 4L * 1024 * 1024;

  private static final int READ_BUFFER = 128 * 1024;

  private final EventLoop loop;
  private final Journal journal;
  private final InstantSource clock;
  private final ControlFrames frames;
  private final FrameBudget budget = new FrameBudget(FRAME_BUDGET);
  private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BUFFER);
  private final Set<ChannelEndpoint> waiting = new LinkedHashSet<>();
  private boolean draining;

  /** With the bus's own loop and journal. */
  public ServerContext(EventLoop loop, Journal journal, InstantSource clock, ControlFrames frames) {
    this.loop = loop;
    this.journal = journal;
    this.clock = clock;
    this.frames = frames;
  }

  EventLoop loop() {
    return loop;
  }

  /** The bus's. */
  public Journal journal() {
    return journal;
  }

  ControlFrames frames() {
    return frames;
  }

  /** Shared by all connections. */
  public FrameBudget budget() {
    return budget;
  }

  ByteBuffer readBuffer() {
    return readBuffer;
  }

  /** What takes in the frames of one peer. */
  public Intake intake(Sender sender) {
    return new Intake(journal, loop, clock, sender);
  }

  long committed() {
    return journal.committed();
  }

  DiskPressure pressure() {
    return journal.pressure();
  }

  /** The channel has appended something and wants to know when it is committed. */
  public void waitForCommit(ChannelEndpoint channel) {
    waiting.add(channel);
  }

  /** Something was committed. */
  public void progress() {
    if (!waiting.isEmpty()) {
      Set<ChannelEndpoint> told = Set.copyOf(waiting);
      waiting.clear();
      told.forEach(ChannelEndpoint::progress);
    }
  }

  /** Whether nothing is taken in any more. */
  boolean draining() {
    return draining;
  }

  /** From now on nothing is taken in, or, after a stop that did not come, it is again. */
  public void drain(boolean wanted) {
    draining = wanted;
  }
}
