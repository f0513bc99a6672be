package ai.prismer.claw.channel.vendor;

import ai.prismer.claw.channel.Message;
import ai.prismer.claw.channel.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers to where their questions were, by one thread, one request at a time: which of them is
 * told of next, and what becomes of one that could not be.
 *
 * <p>While an answer is made, its message is replaced every so often; complete answers go first.
 * The bus is told that an answer has arrived when the service has all of it, so one that was on its
 * way when the process ended comes again; {@link PostedAnswer} sees to it that it is not said
 * twice.
 *
 * <p>A service that asks for a pause gets it from all answers. Another failure is repeated after a
 * pause of its own, and after a few the answer is given back to the bus, which has more patience.
 */
final class AnswerDesk implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AnswerDesk.class.getName());

  /** Answers that are remembered, open or not. */
  private static final int MOST = 256;

  /** Failed attempts in a row before the bus is told; it tries again in its own time. */
  private static final int ATTEMPTS = 4;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

  /** How long an answer may be put off because of too many requests. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Clocks differ: what was asked so shortly after the start may be of an earlier process. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

  private final Room room;
  private final History history;
  private final Counters counters;
  private final Duration editInterval;
  private final Instant started;
  private final Map<String, Draft> drafts = new LinkedHashMap<>();
  private long quietUntilNanos = System.nanoTime();
  private boolean closed;

  /**
   * @param editInterval between two replacements of the message of one answer
   */
  AnswerDesk(
      Room room, History history, Counters counters, Duration editInterval, Instant started) {
    this.room = room;
    this.history = history;
    this.counters = counters;
    this.editInterval = editInterval;
    this.started = started;
  }

  void start() {
    Thread.ofPlatform().daemon().name("answers").start(this::run);
  }

  /** A piece of an answer. */
  synchronized void delta(String question, int offset, String text) {
    Place place = Place.parse(question);
    if (place == null || !room.serves(place.channel())) {
      return;
    }
    Draft draft =
        drafts.computeIfAbsent(
            question, key -> draft(key, room.answerTo(place), history.timeOf(place.message())));
    if (offset == 0) {
      draft.made.setLength(0);
    }
    if (offset == draft.made.length() && draft.delivered == null) {
      draft.made.append(text);
      draft.changed = true;
      notifyAll();
    }
  }

  /** A complete answer, or something that the agent says by itself. */
  synchronized void answer(Message message, Receipt receipt) {
    Place place = Place.parse(message.question());
    Destination to = place == null ? own(message) : room.answerTo(place);
    if (to == null || !room.serves(to.channel())) {
      counters.add(Counters.FAILED);
      receipt.failed(to == null ? "no_target" : "not_configured", false);
      return;
    }
    // A runtime may say more than one thing to a question; only the answer itself has its id.
    String key = message.id().startsWith(message.question()) ? message.question() : message.id();
    String known = key.isEmpty() ? message.id() : key;
    Instant since = place == null ? said(message) : history.timeOf(place.message());
    Draft draft = drafts.computeIfAbsent(known, name -> draft(name, to, since));
    if (message.id().equals(draft.delivered)) {
      receipt.done();
      return;
    }
    draft.whole = new Draft.Whole(message, receipt, System.nanoTime());
    forgetSome();
    notifyAll();
  }

  private static @Nullable Destination own(Message message) {
    String channel = message.payload().path("channel").asText("");
    if (channel.isEmpty()) {
      return null;
    }
    // A thread is named as questions name theirs: with its channel before it.
    String thread = message.payload().path("thread").asText("");
    boolean within = thread.startsWith(channel + ":");
    return new Destination(channel, within ? thread.substring(channel.length() + 1) : null, null);
  }

  /** When the agent said something by itself, by the bus's clock. */
  private Instant said(Message message) {
    try {
      return Instant.parse(message.timestamp()).minus(CLOCK_SKEW);
    } catch (DateTimeParseException noTime) {
      return started.minus(CLOCK_SKEW);
    }
  }

  private Draft draft(String key, Destination to, Instant since) {
    boolean mayBeThere = since.isBefore(started.plus(CLOCK_SKEW));
    PostedAnswer posted = new PostedAnswer(room, counters, to, key, since, mayBeThere);
    return new Draft(key, posted, System.nanoTime());
  }

  private void forgetSome() {
    Iterator<Draft> oldest = drafts.values().iterator();
    while (drafts.size() > MOST && oldest.hasNext()) {
      if (!oldest.next().isOpen()) {
        oldest.remove();
      }
    }
  }

  private void run() {
    try {
      for (Draft next = next(); next != null; next = next()) {
        try {
          tell(next);
          succeeded(next);
        } catch (VendorException failed) {
          failed(next, failed);
        } catch (RuntimeException fault) {
          LOG.log(System.Logger.Level.ERROR, "answer " + next.key, fault);
          failed(next, VendorException.broken("sidecar", fault));
        }
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  /** The next that can be told of, complete ones first; null at the end. */
  private synchronized @Nullable Draft next() throws InterruptedException {
    while (!closed) {
      long now = System.nanoTime();
      Draft best = null;
      long wait = Long.MAX_VALUE;
      for (Draft draft : drafts.values()) {
        if (!draft.isOpen()) {
          continue;
        }
        long left = Math.max(draft.notBeforeNanos - now, quietUntilNanos - now);
        wait = Math.min(wait, Math.max(0, left));
        if (left <= 0 && (best == null || (best.whole == null && draft.whole != null))) {
          best = draft;
        }
      }
      if (best != null) {
        return best;
      }
      wait(wait == Long.MAX_VALUE ? 0 : wait / 1_000_000 + 1);
    }
    return null;
  }

  private void tell(Draft draft) throws VendorException, InterruptedException {
    draft.posted.find();
    Draft.Whole whole;
    String made;
    synchronized (this) {
      whole = draft.whole;
      made = draft.made.toString();
      draft.changed = false;
    }
    if (whole == null) {
      draft.posted.say(List.of(Parts.first(made, room.longestText())));
    } else {
      draft.posted.say(Parts.of(whole.message().text(), room.longestText()));
      delivered(draft, whole);
    }
  }

  private void delivered(Draft draft, Draft.Whole whole) {
    synchronized (this) {
      draft.delivered = whole.message().id();
      if (whole.equals(draft.whole)) {
        draft.whole = null;
      }
    }
    counters.add(Counters.POSTED);
    whole.receipt().done();
  }

  private synchronized void succeeded(Draft draft) {
    draft.failures = 0;
    // The complete answer does not wait for its turn among the replacements.
    draft.notBeforeNanos = System.nanoTime() + (draft.whole == null ? editInterval.toNanos() : 0);
  }

  private void failed(Draft draft, VendorException why) {
    long now = System.nanoTime();
    switch (why.kind()) {
      case LATER -> {
        if (why.code().equals(VendorException.RATE_LIMITED)) {
          counters.add(Counters.RATE_LIMITED);
        }
        putOff(draft, now, why);
      }
      case BROKEN -> {
        draft.posted.doubt();
        retry(draft, now, why);
      }
      case GONE -> {
        // The answer is still owed.
        draft.posted.forget();
        retry(draft, now, why);
      }
      case CREDENTIALS -> giveBack(draft, why, true);
      case REFUSED -> giveBack(draft, why, false);
    }
  }

  private void putOff(Draft draft, long now, VendorException why) {
    boolean tooLong;
    synchronized (this) {
      quietUntilNanos = now + why.waitFor().toNanos();
      draft.changed |= draft.whole == null;
      tooLong = draft.whole != null && now - draft.whole.sinceNanos() > PATIENCE.toNanos();
    }
    if (tooLong) {
      giveBack(draft, why, true);
    }
  }

  private void retry(Draft draft, long now, VendorException why) {
    boolean enough;
    synchronized (this) {
      draft.failures++;
      draft.changed |= draft.whole == null;
      draft.notBeforeNanos = now + (FIRST_PAUSE.toNanos() << Math.min(draft.failures, 6));
      enough = draft.failures >= ATTEMPTS;
    }
    if (enough) {
      giveBack(draft, why, true);
    }
  }

  /** The bus hears that it was not delivered; an answer that is still made is not shown on. */
  private void giveBack(Draft draft, VendorException why, boolean retryable) {
    Draft.Whole whole;
    synchronized (this) {
      whole = draft.whole;
      draft.whole = null;
      draft.changed = false;
      draft.failures = 0;
    }
    if (whole != null) {
      counters.add(Counters.FAILED);
      LOG.log(System.Logger.Level.WARNING, "an answer could not be posted: {0}", why.code());
      whole.receipt().failed(why.code(), retryable);
    }
  }

  /** Complete answers that are not delivered. */
  synchronized int busy() {
    return (int) drafts.values().stream().filter(draft -> draft.whole != null).count();
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
