package ai.prismer.claw.bus.journal;

import org.jspecify.annotations.Nullable;

/** Where producers wait until what they appended is committed, or never will be. */
final class CommitGate {
  private volatile long committed;
  private volatile @Nullable Throwable failure;

  /** The highest lsn that is committed. */
  long committed() {
    return committed;
  }

  /** Lets everybody through who waits for {@code lsn} or less. */
  synchronized void open(long lsn) {
    committed = lsn;
    notifyAll();
  }

  /** Turns everybody away, now and from now on. The first reason stays. */
  synchronized void fail(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
    notifyAll();
  }

  /** Waits without being interruptible: a producer that gives up cannot take its record back. */
  void await(long lsn) throws JournalFailedException {
    boolean interrupted = false;
    try {
      if (committed < lsn) {
        interrupted = block(lsn);
      }
      if (committed < lsn) {
        check();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized boolean block(long lsn) {
    boolean interrupted = false;
    while (committed < lsn && failure == null) {
      try {
        wait();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    return interrupted;
  }

  /** Throws if the journal has failed. */
  void check() throws JournalFailedException {
    Throwable cause = failure;
    if (cause != null) {
      throw new JournalFailedException(cause);
    }
  }
}
