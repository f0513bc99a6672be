package ai.prismer.claw.channel.vendor;

import ai.prismer.claw.channel.BusyException;
import ai.prismer.claw.channel.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the service, at every connection to it and to the bus, for what was said meanwhile. One
 * thread; whoever asks for it to be done does not wait.
 */
public final class CatchUp implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CatchUp.class.getName());
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration CREDENTIALS = Duration.ofMinutes(5);
  private static final Duration DURABLE = Duration.ofSeconds(30);

  private final History history;
  private final Watermark watermark;
  private final Counters counters;
  private @Nullable Thread thread;
  private boolean wanted;
  private long notBeforeNanos = System.nanoTime();
  private Duration pause = SHORTEST_PAUSE;

  CatchUp(History history, Watermark watermark, Counters counters) {
    this.history = history;
    this.watermark = watermark;
    this.counters = counters;
  }

  void start(Intake intake) {
    thread = Thread.ofPlatform().daemon().name("catch-up").start(() -> run(intake));
  }

  /** As soon as it can be. */
  public synchronized void request() {
    wanted = true;
    notBeforeNanos = System.nanoTime();
    notifyAll();
  }

  /** Not before some time has passed. */
  synchronized void request(Duration later) {
    if (!wanted) {
      wanted = true;
      notBeforeNanos = System.nanoTime() + later.toNanos();
      notifyAll();
    }
  }

  private void run(Intake intake) {
    try {
      while (true) {
        await();
        Instant since = watermark.take();
        if (since != null) {
          fetch(intake, since);
        }
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void await() throws InterruptedException {
    while (!wanted || notBeforeNanos - System.nanoTime() > 0) {
      long left = notBeforeNanos - System.nanoTime();
      wait(wanted ? Math.max(1, left / 1_000_000) : 0);
    }
    wanted = false;
  }

  private void fetch(Intake intake, Instant since) throws InterruptedException {
    int found = 0;
    try {
      for (Question question : history.since(since)) {
        if (!intake.isAccepted(question.place().id())) {
          found++;
          take(intake, question);
        }
      }
      pause = SHORTEST_PAUSE;
      counters.add(Counters.CAUGHT_UP, found);
    } catch (VendorException failed) {
      // Wrong credentials are said by whoever connects with them, and mended by a person.
      boolean credentials = failed.kind() == VendorException.Kind.CREDENTIALS;
      LOG.log(
          credentials ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
          "what was said since {0} could not be fetched: {1}",
          since,
          failed.code());
      Duration wait = failed.waitFor().isZero() ? pause : failed.waitFor();
      again(since, credentials ? CREDENTIALS : wait);
    } catch (BusyException busy) {
      again(since, busy.retryAfter());
    } catch (TimeoutException late) {
      again(since, pause);
    }
  }

  private void again(Instant since, Duration after) {
    watermark.owes(since);
    request(after);
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
  }

  private static void take(Intake intake, Question question)
      throws BusyException, TimeoutException, InterruptedException {
    try {
      intake.take(question).get(DURABLE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof BusyException busy) {
        throw busy;
      }
      if (!(failed.getCause() instanceof RefusedException)) {
        throw new IllegalStateException(failed.getCause());
      }
      // The bus will never take it; that has been counted.
    }
  }

  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
