package ai.prismer.claw.bus.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where producers wait until what they appended is committed, or never will be.
 *
 * <p>Each is woken by itself. Of many that wait for one monitor each would have to get it before
 * the next one can, and a commit would wait longer for its producers than for the disk.
 */
final class CommitGate {
  private List<Thread> waiting = new ArrayList<>();
  private volatile long committed;
  private volatile @Nullable Throwable failure;

  /** The highest lsn that is committed. */
  long committed() {
    return committed;
  }

  /** Lets everybody through who waits for {@code lsn} or less. */
  void open(long lsn) {
    List<Thread> woken;
    synchronized (this) {
      committed = lsn;
      woken = takeWaiting();
    }
    woken.forEach(LockSupport::unpark);
  }

  /** Turns everybody away, now and from now on. The first reason stays. */
  void fail(Throwable cause) {
    List<Thread> woken;
    synchronized (this) {
      if (failure == null) {
        failure = cause;
      }
      woken = takeWaiting();
    }
    woken.forEach(LockSupport::unpark);
  }

  /** All of them; those for whom it is too early come back. */
  private List<Thread> takeWaiting() {
    List<Thread> taken = waiting;
    waiting = new ArrayList<>(taken.size());
    return taken;
  }

  /** Waits without being interruptible: a producer that gives up cannot take its record back. */
  void await(long lsn) throws JournalFailedException {
    boolean interrupted = false;
    while (mustWait(lsn)) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (committed < lsn) {
      check();
    }
  }

  /** Whether the caller is to be woken for it. */
  private boolean mustWait(long lsn) {
    if (committed >= lsn) {
      return false;
    }
    synchronized (this) {
      boolean wait = committed < lsn && failure == null;
      if (wait) {
        waiting.add(Thread.currentThread());
      }
      return wait;
    }
  }

  /** Throws if the journal has failed. */
  void check() throws JournalFailedException {
    Throwable cause = failure;
    if (cause != null) {
      throw new JournalFailedException(cause);
    }
  }
}
