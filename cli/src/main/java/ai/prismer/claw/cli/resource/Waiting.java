package ai.prismer.claw.cli.resource;

import ai.prismer.claw.cli.output.Screen;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Waits for what the operator does, and says now and then that it still waits.
 *
 * <p>It asks again and again instead of watching: a watch needs a right that who may change one
 * Claw need not have.
 */
public final class Waiting {
  private static final Duration PAUSE = Duration.ofMillis(400);
  private static final Duration QUIET = Duration.ofSeconds(5);

  private final Screen screen;
  private final Duration timeout;

  /**
   * Waiting at most so long.
   *
   * @param timeout zero or negative: not at all
   */
  public Waiting(Screen screen, Duration timeout) {
    this.screen = screen;
    this.timeout = timeout;
  }

  /**
   * Waits.
   *
   * @param look takes a fresh look
   * @param done whether this is what was waited for
   * @param progress what is missing, in words
   * @return what was seen at the end; empty if it did not come in time
   */
  public <T> Optional<T> until(Supplier<T> look, Predicate<T> done, Function<T, String> progress) {
    long began = System.nanoTime();
    Duration said = Duration.ZERO;
    while (true) {
      T seen = look.get();
      if (done.test(seen)) {
        return Optional.of(seen);
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - began);
      if (waited.compareTo(timeout) >= 0) {
        return Optional.empty();
      }
      if (waited.minus(said).compareTo(QUIET) >= 0) {
        said = waited;
        screen.note("waiting for " + waited.toSeconds() + "s: " + progress.apply(seen));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }
}
