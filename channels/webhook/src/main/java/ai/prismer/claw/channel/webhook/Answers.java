package ai.prismer.claw.channel.webhook;

import ai.prismer.claw.channel.ChannelListener;
import ai.prismer.claw.channel.Message;
import ai.prismer.claw.channel.Receipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Where an answer goes: to the caller who waits for it, else to the callback, else it is held until
 * somebody fetches it.
 *
 * <p>The bus is told that an answer was delivered only when it was: written to a caller, or posted.
 * One that is held is still the bus's, so a sidecar that dies loses none. What was given away is
 * remembered for a while: a caller whose connection broke may ask once more, and an answer that the
 * bus sends again, because the word that it arrived was lost, is not given twice. Thread-safe.
 */
final class Answers implements ChannelListener {
  /** Answers given away that are remembered. */
  private static final int MOST_GIVEN = 64;

  /** What somebody who waits is told. */
  sealed interface Event {
    /** A piece of the answer. */
    record Piece(int offset, String text) implements Event {}

    /** All of it; whoever takes this out has to say what became of it. */
    record Complete(Held held) implements Event {}
  }

  /** One who waits for the answer to one question. */
  static final class Waiter {
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    BlockingQueue<Event> events() {
      return events;
    }
  }

  /** An answer, and how the bus is told of its end. */
  record Held(Message message, Receipt receipt, long sinceNanos, boolean given) {}

  private final @Nullable Callback callback;
  private final Metrics metrics;
  private final Duration keep;
  private final Map<String, Waiter> waiters = new HashMap<>();
  private final Map<String, Held> shelf = new LinkedHashMap<>();

  Answers(@Nullable Callback callback, Metrics metrics, Duration keep) {
    this.callback = callback;
    this.metrics = metrics;
    this.keep = keep;
  }

  /** Waits for the answer to a question from now on; null if somebody does already. */
  synchronized @Nullable Waiter expect(String question) {
    Waiter waiter = new Waiter();
    if (waiters.putIfAbsent(question, waiter) != null) {
      return null;
    }
    Held held = shelf.get(question);
    if (held != null) {
      waiter.events.add(new Event.Complete(held));
    }
    return waiter;
  }

  /** Waits no more; an answer that nobody took out goes where it would have gone without. */
  void withdraw(String question, Waiter waiter) {
    synchronized (this) {
      waiters.remove(question, waiter);
    }
    for (Event event = waiter.events.poll(); event != null; event = waiter.events.poll()) {
      if (event instanceof Event.Complete(Held held) && !held.given()) {
        put(held);
      }
    }
  }

  @Override
  public void message(Message message, Receipt receipt) {
    put(new Held(message, receipt, System.nanoTime(), false));
  }

  @Override
  public void delta(String question, int offset, String text) {
    Waiter waiter;
    synchronized (this) {
      waiter = waiters.get(question);
    }
    if (waiter != null) {
      waiter.events.add(new Event.Piece(offset, text));
    }
  }

  /** An answer that could not be written to the caller who waited: as if nobody had. */
  void putBack(Held held) {
    synchronized (this) {
      waiters.remove(held.message().question());
    }
    put(held);
  }

  /** Finds a place for an answer that has none yet, or has lost it. */
  private void put(Held held) {
    String question = held.message().question();
    boolean knownAsGiven;
    synchronized (this) {
      Held known = shelf.get(question);
      knownAsGiven =
          known != null && known.given() && known.message().id().equals(held.message().id());
      if (!knownAsGiven) {
        Waiter waiter = waiters.get(question);
        if (waiter != null) {
          waiter.events.add(new Event.Complete(held));
          return;
        }
        if (callback == null && !question.isEmpty()) {
          shelf.put(question, held);
          return;
        }
      }
    }
    if (knownAsGiven) {
      held.receipt().done();
    } else if (callback != null) {
      callback.submit(held.message(), held.receipt());
    } else {
      // Something that the agent said by itself, and no place where it could go.
      held.receipt().failed("no_target", false);
    }
  }

  /** The answer to a question, if it is here; it stays until {@link #given}. */
  synchronized @Nullable Held find(String question) {
    return shelf.get(question);
  }

  /** The answer has been written to whoever asked for it. */
  void given(Held held, Metrics.Answer how) {
    held.receipt().done();
    synchronized (this) {
      String question = held.message().question();
      Held known = shelf.remove(question);
      if (known == null || !known.given()) {
        metrics.count(how);
      }
      shelf.put(question, new Held(held.message(), held.receipt(), System.nanoTime(), true));
      forgetSome();
    }
  }

  private void forgetSome() {
    long given = shelf.values().stream().filter(Held::given).count();
    Iterator<Held> oldest = shelf.values().iterator();
    while (given > MOST_GIVEN && oldest.hasNext()) {
      if (oldest.next().given()) {
        oldest.remove();
        given--;
      }
    }
  }

  /** Gives up what nobody fetched in time; the bus keeps it among the dead letters. */
  void sweep(long nowNanos) {
    List<Held> expired = new ArrayList<>();
    synchronized (this) {
      Iterator<Held> all = shelf.values().iterator();
      while (all.hasNext()) {
        Held held = all.next();
        if (nowNanos - held.sinceNanos() > keep.toNanos()) {
          all.remove();
          if (!held.given()) {
            expired.add(held);
            metrics.count(Metrics.Answer.EXPIRED);
          }
        }
      }
    }
    expired.forEach(held -> held.receipt().failed("not_fetched", false));
  }

  /** Answers that wait to be fetched. */
  synchronized int held() {
    return (int) shelf.values().stream().filter(held -> !held.given()).count();
  }

  /** Callers who wait, and answers on their way to the callback. */
  synchronized int busy() {
    return waiters.size() + (callback == null ? 0 : callback.busy());
  }
}
