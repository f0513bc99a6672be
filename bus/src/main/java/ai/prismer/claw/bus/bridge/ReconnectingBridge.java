package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.log.LineLogger;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A thread that connects, serves the connection until it breaks, and connects again, for ever.
 *
 * <p>A runtime starts after the bus and restarts when it pleases. A bridge that dials once, or
 * gives up after a number of attempts, is a pod in which nobody answers any more.
 */
abstract class ReconnectingBridge implements Bridge {
  private static final System.Logger LOG = LineLogger.of(ReconnectingBridge.class);

  /** Short: the runtime is in the same pod, and somebody waits for its answer. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final String name;
  private final Backoff backoff;
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable BridgeEvents events;
  private @Nullable Thread thread;

  ReconnectingBridge(String name, RandomGenerator random) {
    this.name = name;
    this.backoff = new Backoff(LONGEST_WAIT, random);
  }

  /**
   * Connects, calls {@link #connected}, and returns or throws when the connection is over.
   *
   * @throws IOException with what ended it
   */
  abstract void serve(BridgeEvents events) throws IOException, InterruptedException;

  /** Ends what {@link #serve} waits for. */
  abstract void disconnect();

  @Override
  public void start(BridgeEvents listener) {
    events = listener;
    thread = Thread.ofPlatform().daemon().name("bridge-" + name).start(this::run);
  }

  /** Tells that what {@link #serve} did is over, for this reason. */
  void over(String reason) {
    events().down(reason);
  }

  BridgeEvents events() {
    BridgeEvents present = events;
    if (present == null) {
      throw new IllegalStateException("the bridge was not started");
    }
    return present;
  }

  /** The runtime can be talked to. */
  void connected() {
    backoff.reset();
    LOG.log(System.Logger.Level.INFO, "bridge {0}: connected", name);
    events().up();
  }

  private void run() {
    String former = "";
    while (!isClosed()) {
      String reason = "the runtime closed the connection";
      try {
        serve(events());
      } catch (IOException broken) {
        reason =
            broken.getMessage() == null ? broken.getClass().getSimpleName() : broken.getMessage();
      } catch (InterruptedException ending) {
        return;
      }
      if (isClosed()) {
        return;
      }
      over(reason);
      if (!reason.equals(former)) {
        // Once, not at every attempt: a runtime may be away for hours.
        LOG.log(System.Logger.Level.WARNING, "bridge {0}: {1}; trying again", name, reason);
        former = reason;
      }
      if (!pause()) {
        return;
      }
    }
  }

  /** False when the end has come meanwhile. */
  private boolean pause() {
    try {
      return !closing.await(backoff.nextMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException ending) {
      return false;
    }
  }

  @Override
  public void close() {
    closing.countDown();
    disconnect();
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  boolean isClosed() {
    return closing.getCount() == 0;
  }
}
