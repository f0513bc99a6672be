package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.framing.FrameBudget;
import ai.prismer.claw.bus.framing.FrameDecoder;
import ai.prismer.claw.bus.framing.FrameEncoder;
import ai.prismer.claw.bus.framing.FrameSink;
import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.contract.BusProtocol;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * {@code claw-tcp} and {@code claw-uds}: the channels' frames, over a socket on which the runtime
 * listens. One thread reads, one writes.
 */
public final class FrameBridge extends ReconnectingBridge {
  private static final int READ_BUFFER = 64 * 1024;
  private static final int WINDOW = 256;

  /** Bytes of several frames in one write; each buffer of it is copied out of the heap. */
  private static final int MOST_GATHERED = 64 * 1024;

  private static final Capabilities CAPABILITIES =
      new Capabilities(true, true, false, false, WINDOW, 0, BusProtocol.MAX_FRAME_BYTES);

  private final SocketAddress address;
  private volatile @Nullable SocketChannel socket;
  private volatile BlockingQueue<Outgoing> queue = new LinkedBlockingQueue<>();

  /**
   * @param address of a Unix socket, or host and port
   */
  public FrameBridge(SocketAddress address, RandomGenerator random) {
    super(address instanceof UnixDomainSocketAddress ? "claw-uds" : "claw-tcp", random);
    this.address = address;
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public void send(Outgoing turn) {
    queue.add(turn);
  }

  @Override
  void serve(BridgeEvents events) throws IOException {
    boolean local = address instanceof UnixDomainSocketAddress;
    try (SocketChannel opened =
        local ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open()) {
      if (!local) {
        // Or a frame in two writes waits for the peer's delayed acknowledgement, 40 ms.
        opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      opened.connect(address);
      socket = opened;
      if (isClosed()) {
        return;
      }
      // What was queued for the former connection was reported lost with it.
      BlockingQueue<Outgoing> mine = new LinkedBlockingQueue<>();
      queue = mine;
      Thread writer =
          Thread.ofPlatform().daemon().name("bridge-writer").start(() -> write(opened, mine));
      connected();
      try {
        read(opened, events);
      } finally {
        writer.interrupt();
      }
    }
  }

  private static void read(SocketChannel from, BridgeEvents events) throws IOException {
    FrameDecoder decoder = new FrameDecoder(new FrameBudget(2L * PART_BYTES), PART_BYTES);
    ByteBuffer input = ByteBuffer.allocateDirect(READ_BUFFER);
    Handover sink = new Handover(events);
    try {
      while (from.read(input) >= 0) {
        input.flip();
        decoder.decode(input, System.nanoTime(), sink);
        sink.taken.join();
        input.clear();
      }
    } finally {
      decoder.close();
    }
    throw new EOFException("the runtime closed the connection");
  }

  /** Gives what one read brought to the bus, which takes it in order. */
  private static final class Handover implements FrameSink {
    private final BridgeEvents events;

    /** Done when all that was given has been taken. */
    private CompletableFuture<Void> taken = CompletableFuture.completedFuture(null);

    Handover(BridgeEvents events) {
      this.events = events;
    }

    @Override
    public void part(ByteBuffer bytes, boolean first, boolean last) {
      ByteBuffer kept = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
      taken = events.frame(kept, first, last);
    }

    @Override
    public void oversized(int length) {
      // Skipped; the turn it answered is over when its time is.
    }
  }

  private static void write(SocketChannel to, BlockingQueue<Outgoing> turns) {
    List<ByteBuffer> gathered = new ArrayList<>();
    try (to) {
      while (true) {
        Outgoing next = turns.take();
        int bytes = 0;
        // What waits already goes with it: a write costs more than a message.
        while (next != null) {
          gather(next, gathered, to);
          bytes += next.body().length();
          next = bytes < MOST_GATHERED ? turns.poll() : null;
        }
        flush(gathered, to);
      }
    } catch (IOException | InterruptedException over) {
      // Closing the socket is what tells the reader.
    }
  }

  private static void gather(Outgoing turn, List<ByteBuffer> gathered, SocketChannel to)
      throws IOException {
    gathered.add(FrameEncoder.header(turn.body().length()));
    if (turn.body() instanceof Outgoing.Whole(ByteBuffer content)) {
      gathered.add(content.duplicate());
    } else {
      flush(gathered, to);
      copy(turn, to);
    }
  }

  private static void flush(List<ByteBuffer> gathered, SocketChannel to) throws IOException {
    if (!gathered.isEmpty()) {
      write(to, gathered.toArray(ByteBuffer[]::new));
      gathered.clear();
    }
  }

  private static void copy(Outgoing turn, SocketChannel to) throws IOException {
    try (InputStream bytes = turn.body().open()) {
      byte[] chunk = bytes.readNBytes(READ_BUFFER);
      while (chunk.length > 0) {
        write(to, ByteBuffer.wrap(chunk));
        chunk = bytes.readNBytes(READ_BUFFER);
      }
    }
  }

  private static void write(SocketChannel to, ByteBuffer... bytes) throws IOException {
    while (bytes[bytes.length - 1].hasRemaining()) {
      to.write(bytes);
    }
  }

  @Override
  void disconnect() {
    SocketChannel open = socket;
    if (open != null) {
      try {
        open.close();
      } catch (IOException alreadyGone) {
        // Then there is nothing to end.
      }
    }
  }
}
