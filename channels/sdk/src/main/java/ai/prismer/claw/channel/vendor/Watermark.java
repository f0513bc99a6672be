package ai.prismer.claw.channel.vendor;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Since when the service has to be asked for what was missed. The bus's journal is the memory: at
 * every registration it says which message it accepted last. Thread-safe.
 */
final class Watermark {
  /**
   * Messages of different conversations may be accepted in another order than they were said in;
   * what is asked for twice is told apart by its id.
   */
  private static final Duration OVERLAP = Duration.ofMinutes(2);

  private final Instant started;
  private boolean registered;
  private @Nullable Instant accepted;
  private @Nullable Instant owed;

  /**
   * @param started before that nothing is asked for if the journal knows of no message: an agent
   *     does not answer what was said before it came
   */
  Watermark(Instant started) {
    this.started = started;
  }

  /** The bus is there; the message it accepted last was said then, if there was one. */
  synchronized void registered(@Nullable Instant lastAccepted) {
    registered = true;
    if (lastAccepted != null) {
      accepted(lastAccepted);
    }
  }

  synchronized void accepted(Instant said) {
    if (accepted == null || said.isAfter(accepted)) {
      accepted = said;
    }
  }

  /** A message could not be given to the bus; the service has to be asked for it again. */
  synchronized void owes(Instant said) {
    if (owed == null || said.isBefore(owed)) {
      owed = said;
    }
  }

  /** Since when; null as long as the bus has not said what it knows. What was owed is settled. */
  synchronized @Nullable Instant take() {
    if (!registered) {
      return null;
    }
    Instant since = accepted == null ? started : accepted.minus(OVERLAP);
    if (owed != null && owed.isBefore(since)) {
      since = owed;
    }
    owed = null;
    return since;
  }
}
