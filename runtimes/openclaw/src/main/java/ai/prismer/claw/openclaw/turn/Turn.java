package ai.prismer.claw.openclaw.turn;

import ai.prismer.claw.openclaw.session.SessionKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One running turn.
 *
 * <p>It is stopped by interrupting its thread, but only while that thread is with the model: an
 * interrupt that arrived a moment later would hit a write to the disk and close the file. So the
 * thread enters and leaves the interruptible part under a lock, and a reason that came too early is
 * found on entering.
 */
public final class Turn {
  /** Why a turn is stopped. */
  enum Stop {
    ABORTED,
    OUT_OF_TIME,
    SILENT_MODEL,
    LONG_REPLY,
    SHUTDOWN
  }

  private final String runId;
  private final SessionKey sessionKey;
  private final Duration limit;
  private final long begun;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final Object lock = new Object();
  private final AtomicLong events = new AtomicLong();
  private final StringBuilder text = new StringBuilder();
  private @Nullable Thread interruptible;
  private @Nullable Stop stop;
  private volatile long lastSign;

  Turn(String runId, SessionKey sessionKey, Duration limit, long now) {
    this.runId = runId;
    this.sessionKey = sessionKey;
    this.limit = limit;
    this.begun = now;
    this.lastSign = now;
  }

  /** The idempotency key that began it. */
  public String runId() {
    return runId;
  }

  /** Its conversation. */
  public SessionKey sessionKey() {
    return sessionKey;
  }

  /** Completed when the turn is over; never exceptionally. */
  public CompletableFuture<Outcome> outcome() {
    return outcome;
  }

  /** Numbers what is told of this turn, from 0. */
  public long nextEvent() {
    return events.getAndIncrement();
  }

  /** Nanoseconds since it began, given {@link System#nanoTime}. */
  public long age(long now) {
    return now - begun;
  }

  /** The answer as far as it has come. */
  String text() {
    synchronized (lock) {
      return text.toString();
    }
  }

  /** Adds to the answer; returns its length. */
  int append(String piece) {
    synchronized (lock) {
      return text.append(piece).length();
    }
  }

  void alive(long now) {
    lastSign = now;
  }

  /** Stops the turn if it takes too long or the model has gone silent. */
  void check(long now, Duration silence) {
    if (age(now) > limit.toNanos()) {
      stop(Stop.OUT_OF_TIME);
    } else if (now - lastSign > silence.toNanos()) {
      stop(Stop.SILENT_MODEL);
    }
  }

  /** Stops the turn; the first reason counts. Returns false when it was being stopped before. */
  boolean stop(Stop reason) {
    synchronized (lock) {
      if (stop != null) {
        return false;
      }
      stop = reason;
      if (interruptible != null) {
        interruptible.interrupt();
      }
      return true;
    }
  }

  Optional<Stop> stopped() {
    synchronized (lock) {
      return Optional.ofNullable(stop);
    }
  }

  /** Enters the part that may be interrupted. */
  void enter() throws InterruptedException {
    synchronized (lock) {
      if (stop != null) {
        throw new InterruptedException();
      }
      interruptible = Thread.currentThread();
    }
  }

  /** Leaves it; no interrupt is pending afterwards. */
  void leave() {
    synchronized (lock) {
      interruptible = null;
      Thread.interrupted();
    }
  }
}
