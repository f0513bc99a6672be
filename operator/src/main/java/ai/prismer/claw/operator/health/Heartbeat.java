package ai.prismer.claw.operator.health;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether the reconcile loop is alive: no reconciliation hangs. A loop that has nothing to do is
 * alive; one whose threads all wait for an answer that never comes is not, and restarting the
 * operator is the cure.
 */
public final class Heartbeat {

  private final Clock clock;
  private final Duration longest;
  private final Map<Object, Instant> running = new ConcurrentHashMap<>();

  /**
   * Judges by the clock.
   *
   * @param longest how long one reconciliation may take
   */
  public Heartbeat(Clock clock, Duration longest) {
    this.clock = clock;
    this.longest = longest;
  }

  /** A reconciliation begins; close the result when it ends. */
  public Beat begin() {
    Object token = new Object();
    running.put(token, clock.instant());
    return () -> running.remove(token);
  }

  /** Why the loop is not alive; empty when it is. */
  public Optional<String> complaint() {
    Instant limit = clock.instant().minus(longest);
    long hanging = running.values().stream().filter(begun -> begun.isBefore(limit)).count();
    return hanging == 0
        ? Optional.empty()
        : Optional.of(hanging + " reconciliations have been running for more than " + longest);
  }

  /** One reconciliation under way. */
  @FunctionalInterface
  public interface Beat extends AutoCloseable {
    @Override
    void close();
  }
}
