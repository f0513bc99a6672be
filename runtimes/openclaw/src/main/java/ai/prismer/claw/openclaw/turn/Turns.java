package ai.prismer.claw.openclaw.turn;

import ai.prismer.claw.openclaw.config.Limits;
import ai.prismer.claw.openclaw.session.Entry;
import ai.prismer.claw.openclaw.session.Session;
import ai.prismer.claw.openclaw.session.SessionKey;
import ai.prismer.claw.openclaw.session.SessionStore;
import ai.prismer.claw.openclaw.turn.TurnRefused.Reason;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Begins turns and knows which are running.
 *
 * <p>What holds:
 *
 * <ul>
 *   <li>A key begins at most one turn: while it runs, and once its question is in the
 *       conversation's file, the same key begins nothing. So a client may send again whenever it is
 *       in doubt.
 *   <li>A conversation has at most one running turn; the second is refused, not queued, because
 *       only the client knows whether it still wants it then.
 *   <li>A turn that was announced as begun is on the disk. If this process dies, the next one asks
 *       the model again under the same key; a turn that was cut twice is given up, or a question
 *       that kills the process would do so for ever.
 *   <li>Every turn ends, exactly once: by the model, a client, a limit or the end of the process.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Turns implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Turns.class.getName());

  private final SessionStore store;
  private final TurnRunner runner;
  private final Limits limits;
  private final InstantSource clock;
  private final RecentOutcomes recent;
  private final Map<SessionKey, Turn> running = new LinkedHashMap<>();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("turn-watch").factory());
  private final ScheduledFuture<?> watching;
  private final Set<Turn> unannounced = ConcurrentHashMap.newKeySet();
  private boolean draining;

  /** Runs nothing yet. */
  public Turns(SessionStore store, TurnRunner runner, Limits limits, InstantSource clock) {
    this.store = store;
    this.runner = runner;
    this.limits = limits;
    this.clock = clock;
    this.recent = new RecentOutcomes(8 * limits.reply());
    long period = Math.clamp(limits.silence().toMillis() / 4, 10, 1000);
    this.watching = watch.scheduleAtFixedRate(this::check, period, period, TimeUnit.MILLISECONDS);
  }

  /** What sending a message led to. */
  public enum Started {
    /** A turn was begun. */
    STARTED,
    /** The turn with this key is running. */
    IN_FLIGHT,
    /** The turn with this key is over. */
    OVER
  }

  /**
   * Begins the turn of a key, unless it has been begun before.
   *
   * @param limit longest time for it; more than the gateway's own limit is cut to that
   * @param acknowledge called once the turn is on the disk and before anything is heard of it
   * @throws TurnRefused when it cannot be begun now
   */
  public Started start(
      SessionKey sessionKey, String key, String message, Duration limit, Runnable acknowledge)
      throws TurnRefused {
    Turn turn = new Turn(key, sessionKey, shorter(limit), System.nanoTime());
    Optional<Turn> other = claim(turn);
    if (other.isPresent()) {
      if (other.get().runId().equals(key)) {
        return Started.IN_FLIGHT;
      }
      throw new TurnRefused(Reason.SESSION_BUSY, "the session is busy with another message");
    }
    boolean begun = false;
    Session session = null;
    try {
      session = store.hold(sessionKey);
      if (session.state(key) != Session.TurnState.UNKNOWN) {
        return Started.OVER;
      }
      session.append(new Entry.User(key, clock.instant(), message));
      acknowledge.run();
      launch(turn, session, false);
      begun = true;
      return Started.STARTED;
    } catch (IOException e) {
      LOG.log(Level.ERROR, "cannot write session " + sessionKey + ": " + e);
      throw new TurnRefused(Reason.STORAGE, "the session cannot be written to the disk");
    } finally {
      if (!begun) {
        abandon(turn);
        if (session != null) {
          store.release(sessionKey);
        }
      }
    }
  }

  /** Stops the running turn of a conversation, if there is one and it is the one meant. */
  public Optional<String> abort(SessionKey sessionKey, Optional<String> runId) {
    Turn turn;
    synchronized (running) {
      turn = running.get(sessionKey);
    }
    if (turn == null || !runId.orElse(turn.runId()).equals(turn.runId())) {
      return Optional.empty();
    }
    return turn.stop(Turn.Stop.ABORTED) ? Optional.of(turn.runId()) : Optional.empty();
  }

  /** The outcome of a turn of this process, now or later; nothing for one that is not known. */
  public Optional<CompletableFuture<Outcome>> outcome(String runId) {
    synchronized (running) {
      for (Turn turn : running.values()) {
        if (turn.runId().equals(runId)) {
          return Optional.of(turn.outcome());
        }
      }
    }
    return recent.get(runId).map(CompletableFuture::completedFuture);
  }

  /** How many turns are running. */
  public int running() {
    synchronized (running) {
      return running.size();
    }
  }

  /**
   * Begins no more turns and waits for the running ones; those that do not end in time are cut, and
   * asked again by the next process.
   *
   * @return whether all ended by themselves
   */
  public boolean drain(Duration grace) throws InterruptedException {
    List<Turn> open;
    synchronized (running) {
      draining = true;
      open = Stream.concat(running.values().stream(), unannounced.stream()).distinct().toList();
    }
    boolean complete = await(open, grace);
    if (!complete) {
      open.forEach(turn -> turn.stop(Turn.Stop.SHUTDOWN));
      await(open, Duration.ofSeconds(2));
    }
    return complete;
  }

  /** Stops watching; running turns are left alone. */
  @Override
  public void close() {
    watching.cancel(false);
    watch.shutdownNow();
  }

  private static boolean await(List<Turn> turns, Duration time) throws InterruptedException {
    CompletableFuture<?>[] all =
        turns.stream().map(Turn::outcome).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(all).get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("outcomes are never exceptional", e);
    }
  }

  /** Takes the place of a conversation; returns who has it. */
  Optional<Turn> claim(Turn turn) throws TurnRefused {
    synchronized (running) {
      Turn other = running.get(turn.sessionKey());
      if (other != null) {
        return Optional.of(other);
      }
      if (running.values().stream().anyMatch(t -> t.runId().equals(turn.runId()))) {
        throw new TurnRefused(Reason.SESSION_BUSY, "another session uses this idempotencyKey now");
      }
      if (draining) {
        throw new TurnRefused(Reason.DRAINING, "the gateway is being stopped");
      }
      if (running.size() >= limits.turns()) {
        throw new TurnRefused(
            Reason.TOO_MANY_TURNS, "as many turns are running as may run at once");
      }
      running.put(turn.sessionKey(), turn);
      return Optional.empty();
    }
  }

  /** Runs a turn that has its place and is on the disk. Its session must be held. */
  void launch(Turn turn, Session session, boolean resumed) {
    unannounced.add(turn);
    Thread.ofVirtual()
        .name("turn")
        .start(() -> {
          Outcome outcome = runner.run(turn, session, resumed);
          recent.put(turn.runId(), outcome);
          forget(turn);
          store.release(turn.sessionKey());
          runner.announce(turn, outcome);
          turn.outcome().complete(outcome);
        });
  }

  /** Gives back the place of a turn that was never launched. */
  void abandon(Turn turn) {
    forget(turn);
    turn.outcome().complete(new Outcome.Interrupted());
  }

  private void forget(Turn turn) {
    synchronized (running) {
      running.remove(turn.sessionKey(), turn);
    }
  }

  private void check() {
    List<Turn> open;
    synchronized (running) {
      open = List.copyOf(running.values());
    }
    long now = System.nanoTime();
    open.forEach(turn -> turn.check(now, limits.silence()));
  }

  private Duration shorter(Duration limit) {
    return limit.compareTo(limits.turnTime()) < 0 ? limit : limits.turnTime();
  }
}
