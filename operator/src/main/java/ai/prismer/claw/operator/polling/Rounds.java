package ai.prismer.claw.operator.polling;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again, on a thread of its own, for as long as this operator acts: one that only
 * waits to take over asks nobody. A round that breaks off does not stop the next ones.
 */
public final class Rounds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  /** Between two rounds, at the least and at the most. */
  private static final Duration SHORTEST = Duration.ofSeconds(2);

  private static final Duration LONGEST = Duration.ofSeconds(30);

  /** Rounds in the time that something must last before it counts. */
  private static final int LOOKS = 5;

  private final String name;
  private final Supplier<Duration> lasting;
  private final BooleanSupplier acting;
  private final Round round;
  private final Thread thread;
  private volatile boolean closed;

  /** One look at everything. */
  @FunctionalInterface
  public interface Round {
    /**
     * Looks once.
     *
     * @throws InterruptedException if told to stop meanwhile
     */
    void look() throws InterruptedException;
  }

  /**
   * Begins with {@link #start}.
   *
   * @param name of the thread, and for people
   * @param lasting how long what is looked for must last before it counts
   * @param acting whether this operator acts
   * @param round the look
   */
  public Rounds(String name, Supplier<Duration> lasting, BooleanSupplier acting, Round round) {
    this.name = name;
    this.lasting = lasting;
    this.acting = acting;
    this.round = round;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  /** The first round comes after the first pause; returns at once. */
  public void start() {
    thread.start();
  }

  /** Stops, in the middle of a round too; returns at once. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  /** Often enough that what lasts is seen a few times meanwhile. */
  static Duration interval(Duration lasting) {
    Duration wish = lasting.dividedBy(LOOKS);
    if (wish.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return wish.compareTo(LONGEST) > 0 ? LONGEST : wish;
  }

  private void run() {
    while (!closed) {
      try {
        Thread.sleep(interval(lasting.get()));
        if (acting.getAsBoolean()) {
          round.look();
        }
      } catch (InterruptedException told) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException broken) {
        if (!closed) {
          LOG.error("a round of {} broke off", name, broken);
        }
      }
    }
  }
}
