package ai.prismer.claw.openclaw.turn;

import ai.prismer.claw.openclaw.config.Limits;
import ai.prismer.claw.openclaw.session.Entry;
import ai.prismer.claw.openclaw.session.Session;
import ai.prismer.claw.openclaw.session.SessionKey;
import ai.prismer.claw.openclaw.session.SessionStore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Asks again what an earlier process left unanswered. A client that was told "started" has handed
 * the message over; if the process then dies, nobody but the next process can answer it.
 *
 * <p>A turn that was resumed and cut once more is given up, or a question that kills the process
 * would do so at every start.
 */
public final class Resumption {
  private static final Logger LOG = System.getLogger(Resumption.class.getName());

  private final SessionStore store;
  private final Turns turns;
  private final Limits limits;
  private final InstantSource clock;

  /** Resumes nothing yet. */
  public Resumption(SessionStore store, Turns turns, Limits limits, InstantSource clock) {
    this.store = store;
    this.turns = turns;
    this.limits = limits;
    this.clock = clock;
  }

  /** Resumes one turn after the other; returns when the last one is over. */
  public void run() {
    try {
      for (SessionKey key : store.unfinished()) {
        resume(key);
      }
    } catch (IOException e) {
      LOG.log(Level.ERROR, "cannot look for unfinished turns: " + e);
    }
  }

  private void resume(SessionKey sessionKey) {
    try {
      Session session = store.hold(sessionKey);
      Optional<Turn> turn = Optional.empty();
      try {
        turn = relaunch(session);
      } finally {
        if (turn.isEmpty()) {
          store.release(sessionKey);
        }
      }
      turn.ifPresent(t -> t.outcome().join());
    } catch (IOException | TurnRefused e) {
      LOG.log(Level.WARNING, "cannot resume session " + sessionKey + ": " + e.getMessage());
    }
  }

  private Optional<Turn> relaunch(Session session) throws IOException, TurnRefused {
    Optional<Entry> cut = cut(session);
    if (cut.isEmpty()) {
      return Optional.empty();
    }
    String key = cut.get().key();
    Turn turn = new Turn(key, session.key(), limits.turnTime(), System.nanoTime());
    if (turns.claim(turn).isPresent()) {
      return Optional.empty();
    }
    boolean launched = false;
    try {
      if (!cut(session).equals(cut)) {
        return Optional.empty();
      }
      if (cut.get() instanceof Entry.Resumed) {
        String message = "the gateway was stopped twice during this turn";
        session.append(new Entry.Failed(key, clock.instant(), "unknown", message));
        return Optional.empty();
      }
      session.append(new Entry.Resumed(key, clock.instant()));
      turns.launch(turn, session, true);
      launched = true;
      return Optional.of(turn);
    } finally {
      if (!launched) {
        turns.abandon(turn);
      }
    }
  }

  /** The last entry, if its turn is not over. */
  private static Optional<Entry> cut(Session session) throws IOException {
    List<Entry> latest = session.latest(1);
    return latest.isEmpty() || latest.getLast().ends()
        ? Optional.empty()
        : Optional.of(latest.getLast());
  }
}
