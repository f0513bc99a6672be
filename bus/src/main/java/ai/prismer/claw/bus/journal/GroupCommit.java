package ai.prismer.claw.bus.journal;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * The two buffers between the producers, which fill one, and the writer, which writes the other.
 *
 * <p>The lock is held for the copy of a record into memory, never for a file call.
 */
final class GroupCommit {
  /** How long the writer waits for work before it looks after the log. */
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Something to be done on the writer's thread. */
  private record Task<T>(Callable<T> call, CompletableFuture<T> answer) {
    void run() throws IOException {
      try {
        answer.complete(call.call());
      } catch (JournalFullException notNow) {
        answer.completeExceptionally(notNow);
      } catch (IOException | RuntimeException failed) {
        answer.completeExceptionally(failed);
        throw failed;
      } catch (Exception unexpected) {
        throw new IllegalStateException(unexpected);
      }
    }
  }

  private final JournalWriter writer;
  private final InstantSource clock;
  private final int batchBytes;
  private final CommitGate gate = new CommitGate();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition room = lock.newCondition();

  // Under the lock:
  private Batch active;
  private Batch standby;
  private Deque<Task<?>> tasks = new ArrayDeque<>();
  private boolean closing;

  /** The lsn behind a batch for which the disk had no room; 0 when it had. */
  private long stuckLsn;

  /** Set before the writer's thread starts. */
  private boolean threaded;

  /** Done when the writer has ended, one way or the other. */
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

  GroupCommit(JournalWriter writer, JournalOptions options, InstantSource clock, long nextLsn) {
    this.writer = writer;
    this.clock = clock;
    this.batchBytes = options.batchBytes();
    this.active = new Batch(options.batchBytes());
    this.standby = new Batch(options.batchBytes());
    active.begin(nextLsn);
    gate.open(nextLsn - 1);
  }

  CommitGate gate() {
    return gate;
  }

  /**
   * Adds part of a message, as soon as there is room; the disk sets the pace.
   *
   * <p>A quarter of the buffer is out of bounds for messages. On a full disk they stay in the
   * buffer, and what would free the disk has to find room beside them.
   */
  long appendMessage(int payload, ToLongFunction<Batch> record) throws IOException {
    lock.lock();
    try {
      awaitRoom(payload + batchBytes / 4, true);
      long lsn = record.applyAsLong(active);
      work.signal();
      return lsn;
    } finally {
      lock.unlock();
    }
  }

  /** Adds a decision about a message. */
  void appendDecision(int payload, Consumer<Batch> record) throws IOException {
    lock.lock();
    try {
      awaitRoom(payload, false);
      record.accept(active);
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  private void awaitRoom(int payload, boolean refusable) throws IOException {
    refuseIfOver();
    while (!active.fits(payload)) {
      if (active.isEmpty()) {
        throw new IllegalArgumentException("a record of " + payload + " bytes fits no batch");
      }
      if (refusable && writer.pressure() == DiskPressure.FULL) {
        throw new JournalFullException();
      }
      room.awaitUninterruptibly();
      refuseIfOver();
    }
  }

  /** Adds the writer's own records, as far as there is room: it must not wait for itself. */
  void join(Consumer<Batch> records) {
    lock.lock();
    try {
      records.accept(active);
    } finally {
      lock.unlock();
    }
  }

  /** Has the writer's thread do something between two commits. */
  <T> CompletableFuture<T> submit(Callable<T> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    lock.lock();
    try {
      refuseIfOver();
      tasks.add(new Task<>(call, answer));
      work.signal();
    } catch (IOException over) {
      answer.completeExceptionally(over);
    } finally {
      lock.unlock();
    }
    return answer;
  }

  private void refuseIfOver() throws IOException {
    gate.check();
    if (closing) {
      throw new IOException("the journal is closed");
    }
  }

  /**
   * One commit, if there is something to commit, then what was submitted, then a little
   * maintenance.
   *
   * @return whether there was anything to do
   * @throws IOException after which nothing may be called any more
   */
  boolean turn() throws IOException {
    Batch batch = null;
    Deque<Task<?>> due;
    gate.check();
    boolean ready = writer.ready();
    lock.lock();
    try {
      stuckLsn = 0;
      if (!ready && !writer.fits(active)) {
        writer.decideEarly(active);
        stuckLsn = writer.ready() ? 0 : active.nextLsn();
        room.signalAll();
      } else if (!active.isEmpty()) {
        batch = active;
        batch.end(writer.durableLsn(), clock.millis());
        active = standby;
        active.begin(batch.nextLsn());
        standby = batch;
        room.signalAll();
      }
      due = tasks;
      tasks = new ArrayDeque<>();
    } finally {
      lock.unlock();
    }
    try {
      if (batch != null) {
        writer.commit(batch);
        gate.open(batch.nextLsn() - 1);
      }
      boolean busy = batch != null || !due.isEmpty();
      for (Task<?> task : due) {
        task.run();
      }
      return (ready && writer.maintain(this)) || busy;
    } catch (IOException | RuntimeException | Error failed) {
      fail(failed, due);
      throw failed;
    }
  }

  private void fail(Throwable cause, Deque<Task<?>> due) {
    gate.fail(cause);
    lock.lock();
    try {
      List<Task<?>> waiting = new ArrayList<>(due);
      waiting.addAll(tasks);
      tasks.clear();
      waiting.forEach(
          task -> task.answer().completeExceptionally(new JournalFailedException(cause)));
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for something to do, for a while; returns false when the end has come. */
  boolean awaitWork(boolean idle) {
    lock.lock();
    try {
      long left = idle ? IDLE_NANOS : 0;
      while (left > 0 && nothingToWrite() && tasks.isEmpty() && !closing) {
        left = work.awaitNanos(left);
      }
      return !closing;
    } catch (InterruptedException impossible) {
      throw new IllegalStateException("the writer cannot be interrupted", impossible);
    } finally {
      lock.unlock();
    }
  }

  /** What the disk had no room for waits for more decisions, one of which may make room. */
  private boolean nothingToWrite() {
    return active.isEmpty() || active.nextLsn() == stuckLsn;
  }

  /** Commits what is left and marks the end; on the writer's thread, after {@link #close} began. */
  void end() throws IOException {
    while (turn()) {
      // Until nothing is left.
    }
    join(batch -> batch.close(clock.millis()));
    turn();
    writer.close();
  }

  /** Tells {@link #close} that the writer's thread is over. */
  void ended() {
    ended.complete(true);
  }

  /** From here on there is a thread that {@link #close} has to wait for. */
  void threaded() {
    threaded = true;
  }

  /** Refuses what comes, commits what is here, and waits for that. */
  void close() throws IOException {
    lock.lock();
    try {
      if (closing) {
        return;
      }
      closing = true;
      work.signal();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    if (threaded) {
      ended.join();
      gate.check();
    } else {
      end();
    }
  }
}
