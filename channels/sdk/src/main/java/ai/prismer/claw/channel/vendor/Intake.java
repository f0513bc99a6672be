package ai.prismer.claw.channel.vendor;

import ai.prismer.claw.channel.BusClient;
import ai.prismer.claw.channel.BusyException;
import ai.prismer.claw.channel.RefusedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Questions into the bus. What the service tells of twice is one message, because its id is made of
 * where it was said; what the bus cannot take now is asked for again later. Thread-safe.
 */
public final class Intake {
  private static final int REMEMBERED = 1024;

  private final BusClient bus;
  private final Watermark watermark;
  private final CatchUp catchUp;
  private final Counters counters;
  private final Map<String, Boolean> accepted =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  Intake(BusClient bus, Watermark watermark, CatchUp catchUp, Counters counters) {
    this.bus = bus;
    this.watermark = watermark;
    this.catchUp = catchUp;
    this.counters = counters;
  }

  /**
   * Takes a question.
   *
   * @return done when it is on the bus's disk: only then may the service be told that it has
   *     arrived. Fails with {@link RefusedException} when the bus will never take it, else with
   *     {@link BusyException}; the service is asked for it again then
   */
  public CompletableFuture<Void> take(Question question) {
    String id = question.place().id();
    if (isAccepted(id)) {
      counters.add(Counters.REPEATED);
      return CompletableFuture.completedFuture(null);
    }
    try {
      return bus.send(bus.question(id, question.payload()))
          .whenComplete((_, failed) -> settled(question, failed));
    } catch (BusyException busy) {
      settled(question, busy);
      return CompletableFuture.failedFuture(busy);
    }
  }

  private void settled(Question question, @Nullable Throwable failed) {
    if (failed == null) {
      synchronized (this) {
        accepted.put(question.place().id(), true);
      }
      watermark.accepted(question.at());
      counters.add(Counters.ACCEPTED);
    } else if (failed instanceof BusyException busy) {
      watermark.owes(question.at());
      counters.add(Counters.PUT_OFF);
      catchUp.request(busy.retryAfter());
    } else {
      counters.add(Counters.REFUSED);
    }
  }

  /**
   * Whether a question that was taken is settled, so that the service need not tell of it again.
   *
   * @param failed how {@link #take} failed, null if it did not
   */
  public static boolean isSettled(@Nullable Throwable failed) {
    Throwable why = failed instanceof CompletionException wrapped ? wrapped.getCause() : failed;
    return why == null || why instanceof RefusedException;
  }

  /** Whether the bus has acknowledged it to this process. */
  synchronized boolean isAccepted(String id) {
    return accepted.containsKey(id);
  }
}
