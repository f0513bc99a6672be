package ai.prismer.claw.channel;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written to the bus, and what the bus has not answered for.
 *
 * <p>A message stays until the bus says that it is on disk, over any number of connections. At each
 * connection the bus is asked which of them it has, and only the others are sent again, in order.
 * Not the last id alone decides: one before it may have been refused, and that word lost with the
 * connection. Messages need credit; control frames go before them and need none. Thread-safe.
 */
final class Outbox {
  private static final Duration REFUSED_PAUSE = Duration.ofMillis(500);

  /** A message that the bus has not answered for. */
  private static final class Entry {
    private final ByteBuffer frame;
    private final CompletableFuture<Void> accepted = new CompletableFuture<>();
    private boolean sent;

    /** Written to some connection: the bus may have it, whatever became of that connection. */
    private boolean everSent;

    Entry(ByteBuffer frame) {
      this.frame = frame;
    }
  }

  private final int mostMessages;
  private final long mostBytes;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Deque<ByteBuffer> control = new ArrayDeque<>();
  private long bytes;
  private long creditMessages;
  private long creditBytes;
  private boolean registered;
  private long pausedUntilNanos;
  private boolean paused;

  Outbox(int mostMessages, long mostBytes) {
    this.mostMessages = mostMessages;
    this.mostBytes = mostBytes;
  }

  /**
   * Takes a message; one with the id of another that waits is that message.
   *
   * @throws BusyException when too much waits
   */
  synchronized CompletableFuture<Void> offer(String id, ByteBuffer frame) throws BusyException {
    Entry known = entries.get(id);
    if (known != null) {
      return known.accepted;
    }
    if (entries.size() >= mostMessages || bytes + frame.remaining() > mostBytes) {
      throw new BusyException(
          registered ? "the bus is slow" : "the bus is away", Duration.ofSeconds(1));
    }
    Entry entry = new Entry(frame);
    entries.put(id, entry);
    bytes += frame.remaining();
    notifyAll();
    return entry.accepted;
  }

  /** Forgets a message that was written to no connection; false if the bus may have it. */
  synchronized boolean withdraw(String id) {
    Entry entry = entries.get(id);
    if (entry == null || entry.everSent) {
      return false;
    }
    remove(id);
    return true;
  }

  /** Adds a control frame; forgotten when there is no connection. */
  synchronized void control(ByteBuffer frame) {
    if (registered) {
      control.add(frame);
      notifyAll();
    }
  }

  /** Ids of all that wait, oldest first. */
  synchronized List<String> waiting() {
    return List.copyOf(entries.keySet());
  }

  /** A connection has been agreed on; the bus has these by now. */
  void connected(Collection<String> accepted) {
    accepted.forEach(this::accepted);
    synchronized (this) {
      entries.values().forEach(entry -> entry.sent = false);
      creditMessages = 0;
      creditBytes = 0;
      paused = false;
      registered = true;
      notifyAll();
    }
  }

  /** The connection is gone, with everything that was only written to it. */
  synchronized void disconnected() {
    registered = false;
    control.clear();
    notifyAll();
  }

  synchronized void credit(long messages, long moreBytes) {
    creditMessages += messages;
    creditBytes += moreBytes;
    notifyAll();
  }

  /** The bus has the message on disk. */
  void accepted(String id) {
    Entry entry = remove(id);
    if (entry != null) {
      // Outside of the lock: whoever waits for it runs here.
      entry.accepted.complete(null);
    }
  }

  /** The bus did not take the message; for now, or for good. */
  void refused(String id, String code, String text, boolean retryable, long nowNanos) {
    if (retryable) {
      sendAgain(id, nowNanos);
      return;
    }
    Entry entry = remove(id);
    if (entry != null) {
      entry.accepted.completeExceptionally(new RefusedException(code, text));
    }
  }

  private synchronized void sendAgain(String id, long nowNanos) {
    Entry entry = entries.get(id);
    if (entry != null) {
      entry.sent = false;
      paused = true;
      pausedUntilNanos = nowNanos + REFUSED_PAUSE.toNanos();
      notifyAll();
    }
  }

  private synchronized @Nullable Entry remove(String id) {
    Entry entry = entries.remove(id);
    if (entry != null) {
      bytes -= entry.frame.remaining();
      notifyAll();
    }
    return entry;
  }

  /**
   * The next frame to write; null when there is none within the time, or the connection is gone.
   *
   * @param nowNanos when {@code patience} begins
   */
  synchronized @Nullable ByteBuffer next(long nowNanos, Duration patience)
      throws InterruptedException {
    long end = nowNanos + patience.toNanos();
    long now = nowNanos;
    ByteBuffer ready = ready(now);
    while (ready == null && registered && now - end < 0) {
      long wait = paused ? Math.min(end, pausedUntilNanos) - now : end - now;
      wait(Math.max(1, wait / 1_000_000));
      now = System.nanoTime();
      ready = ready(now);
    }
    return ready;
  }

  private @Nullable ByteBuffer ready(long nowNanos) {
    if (!registered) {
      return null;
    }
    ByteBuffer first = control.poll();
    if (first != null) {
      return first;
    }
    if (paused && nowNanos - pausedUntilNanos < 0) {
      return null;
    }
    paused = false;
    if (creditMessages <= 0 || creditBytes <= 0) {
      return null;
    }
    for (Entry entry : entries.values()) {
      if (!entry.sent) {
        entry.sent = true;
        entry.everSent = true;
        creditMessages--;
        creditBytes -= entry.frame.remaining();
        return entry.frame.duplicate();
      }
    }
    return null;
  }

  synchronized boolean isRegistered() {
    return registered;
  }

  /** Messages that the bus has not answered for. */
  synchronized int size() {
    return entries.size();
  }

  /** Waits until the bus has answered for all of them; false if it has not in time. */
  synchronized boolean awaitEmpty(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!entries.isEmpty()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(Math.max(1, left / 1_000_000));
    }
    return true;
  }

  /** Nothing will be written any more: tells those who still wait. */
  void close() {
    disconnected();
    BusyException ending = new BusyException("the channel ends", Duration.ofSeconds(1));
    for (String id : waiting()) {
      Entry entry = remove(id);
      if (entry != null) {
        entry.accepted.completeExceptionally(ending);
      }
    }
  }
}
