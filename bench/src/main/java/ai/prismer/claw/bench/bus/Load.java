package ai.prismer.claw.bench.bus;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sends messages to a {@link Store} and times the answers, from one thread, so that as much as can
 * be of the machine is left to the store.
 */
final class Load implements AutoCloseable {
  private static final int RING = 1 << 16;
  private static final int BUFFER = 1 << 20;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long STUCK_NANOS = Duration.ofMinutes(1).toNanos();

  /** What came of it. */
  static final class Result {
    private final double perSecond;

    /** From each request to its answer, sorted. */
    private final long[] nanos;

    private Result(double perSecond, long[] nanos) {
      this.perSecond = perSecond;
      this.nanos = nanos;
    }

    /** Messages that were answered for in a second. */
    double perSecond() {
      return perSecond;
    }

    /** The time that {@code part} of the answers, 0 to 1, took at most; in milliseconds. */
    double millis(double part) {
      return nanos[Math.min(nanos.length - 1, (int) (nanos.length * part))] / 1e6;
    }
  }

  private final class Line {
    final int index;
    final SocketChannel channel;
    final SelectionKey key;
    final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
    final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
    final long[] sentAt = new long[RING];
    long sent;
    long answered;

    Line(int index) throws IOException {
      this.index = index;
      channel = store.connect(index);
      channel.configureBlocking(false);
      key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    void send(int count) throws IOException {
      for (int i = 0; i < count; i++) {
        send(System.nanoTime());
      }
      flush();
    }

    /** Whether one more request can be kept until it is answered. */
    boolean hasRoom() {
      return sent - answered < RING && out.remaining() >= BUFFER / 4;
    }

    /** Puts one request into the buffer, which was due at {@code dueNanos}. */
    void send(long dueNanos) {
      sentAt[(int) (sent % RING)] = dueNanos;
      store.request(out, index, sent++);
    }

    void flush() throws IOException {
      out.flip();
      channel.write(out);
      key.interestOps(SelectionKey.OP_READ | (out.hasRemaining() ? SelectionKey.OP_WRITE : 0));
      out.compact();
    }

    int read() throws IOException {
      if (channel.read(in) < 0) {
        throw new EOFException("the store closed connection " + index);
      }
      in.flip();
      int count = store.answers(in);
      in.compact();
      long now = System.nanoTime();
      for (int i = 0; i < count; i++) {
        took(now - sentAt[(int) (answered++ % RING)]);
      }
      return count;
    }
  }

  private final Store store;
  private final Selector selector = Selector.open();
  private final List<Line> lines = new ArrayList<>();
  private long[] nanos = new long[1 << 16];
  private int count;

  /** For how long nothing has come. */
  private long quietNanos;

  /** Connects {@code connections} times. */
  Load(Store store, int connections) throws IOException {
    this.store = store;
    for (int i = 0; i < connections; i++) {
      lines.add(new Line(i));
    }
  }

  private void took(long each) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = each;
  }

  /** Keeps {@code window} messages unanswered on each connection. */
  Result window(int window, Duration warmUp, Duration time) throws IOException {
    for (Line line : lines) {
      line.send(window);
    }
    long end = System.nanoTime() + warmUp.toNanos();
    while (System.nanoTime() < end) {
      turn(1000, true);
    }
    count = 0;
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos()) {
      turn(1000, true);
    }
    return result(start);
  }

  /** Sends {@code messages} on each connection, with a window, and waits for the answers. */
  void all(long messages, int window) throws IOException {
    for (Line line : lines) {
      line.send((int) Math.min(window, messages));
    }
    while (lines.stream().anyMatch(line -> line.answered < messages)) {
      turn(1000, false);
      for (Line line : lines) {
        long due = Math.min(messages, line.answered + window) - line.sent;
        if (due > 0) {
          line.send((int) due);
        }
      }
    }
  }

  /** Sends so many on each connection at once, and waits for the answers. */
  void batch(int messages) throws IOException {
    for (Line line : lines) {
      line.send(messages);
    }
    settle();
  }

  /**
   * Sends so many a second, by turns on all connections, whether answers come or not. An answer's
   * time is counted from when its request was due: a store that cannot keep up is one whose times
   * grow, also where requests wait here for room.
   */
  Result pace(int perSecond, Duration warmUp, Duration time) throws IOException {
    long begun = System.nanoTime();
    long start = begun;
    boolean warm = false;
    for (long sent = 0; ; ) {
      long now = System.nanoTime();
      if (!warm && now - begun > warmUp.toNanos()) {
        warm = true;
        count = 0;
        start = now;
      }
      if (warm && now - start > time.toNanos()) {
        return result(start);
      }
      for (long due = (now - begun) * perSecond / SECOND; sent < due; sent++) {
        Line line = lines.get((int) (sent % lines.size()));
        if (!line.hasRoom()) {
          break;
        }
        line.send(begun + sent * SECOND / perSecond);
      }
      for (Line line : lines) {
        line.flush();
      }
      turn(1, false);
    }
  }

  private Result result(long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return new Result(count / seconds, sorted);
  }

  private void turn(long waitMillis, boolean again) throws IOException {
    long before = System.nanoTime();
    selector.select(waitMillis);
    for (SelectionKey key : selector.selectedKeys()) {
      Line line = (Line) key.attachment();
      if (key.isWritable()) {
        line.flush();
      }
      if (key.isReadable()) {
        int answered = line.read();
        if (again) {
          line.send(answered);
        }
      }
    }
    boolean quiet = selector.selectedKeys().isEmpty();
    selector.selectedKeys().clear();
    quietNanos = quiet ? quietNanos + System.nanoTime() - before : 0;
    if (quietNanos > STUCK_NANOS && lines.stream().anyMatch(line -> line.sent > line.answered)) {
      throw new IOException("no answer for " + STUCK_NANOS / SECOND + " s");
    }
  }

  /** Waits for the answers that are out. */
  void settle() throws IOException {
    while (lines.stream().anyMatch(line -> line.sent > line.answered)) {
      turn(1000, false);
    }
  }

  @Override
  public void close() throws IOException {
    for (Line line : lines) {
      line.channel.close();
    }
    selector.close();
  }
}
