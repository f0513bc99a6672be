package ai.prismer.claw.openclaw.turn;

import ai.prismer.claw.openclaw.config.Limits;
import ai.prismer.claw.openclaw.model.Answer;
import ai.prismer.claw.openclaw.model.ModelClient;
import ai.prismer.claw.openclaw.model.ModelFailure;
import ai.prismer.claw.openclaw.model.ModelListener;
import ai.prismer.claw.openclaw.model.Prompt;
import ai.prismer.claw.openclaw.session.Entry;
import ai.prismer.claw.openclaw.session.Session;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;

/** Takes one turn from its question to its outcome, on the turn's own thread. */
public final class TurnRunner {
  private static final Logger LOG = System.getLogger(TurnRunner.class.getName());

  private final ModelClient model;
  private final Optional<String> systemPrompt;
  private final Limits limits;
  private final TurnListener listener;
  private final InstantSource clock;

  /** Runs nothing yet. */
  public TurnRunner(
      ModelClient model,
      Optional<String> systemPrompt,
      Limits limits,
      TurnListener listener,
      InstantSource clock) {
    this.model = model;
    this.systemPrompt = systemPrompt;
    this.limits = limits;
    this.listener = listener;
    this.clock = clock;
  }

  /** Asks the model and writes down how it ended. The question is in the session already. */
  Outcome run(Turn turn, Session session, boolean resumed) {
    listener.started(turn, resumed);
    Outcome outcome = ask(turn, session);
    if (outcome instanceof Outcome.Failed failed) {
      LOG.log(Level.WARNING, "a turn of " + session.key() + " failed: " + failed.message());
    }
    try {
      record(turn, session, outcome);
    } catch (IOException e) {
      // The client still gets its answer; the next process will ask once more.
      LOG.log(Level.ERROR, "cannot write the end of a turn of " + session.key() + ": " + e);
    }
    return outcome;
  }

  /** Tells everybody. Done when the turn's place is free again, so that who hears it can go on. */
  void announce(Turn turn, Outcome outcome) {
    listener.ended(turn, outcome);
  }

  private Outcome ask(Turn turn, Session session) {
    try {
      Prompt prompt =
          Transcript.prompt(systemPrompt, session.latest(limits.window()), limits.window());
      turn.enter();
      Answer answer = model.ask(prompt, new Listener(turn));
      return new Outcome.Answered(
          turn.text(), answer.stopReason(), answer.inputTokens(), answer.outputTokens());
    } catch (InterruptedException e) {
      return stopped(turn);
    } catch (ModelFailure e) {
      return new Outcome.Failed(e.kind().word(), Objects.requireNonNull(e.getMessage()));
    } catch (IOException e) {
      LOG.log(Level.ERROR, "cannot read session " + session.key() + ": " + e);
      return new Outcome.Failed("unknown", "the session cannot be read from the disk");
    } catch (RuntimeException | Error e) {
      // Whatever it is, the client must hear an end and the session must be free again.
      LOG.log(Level.ERROR, "a turn failed", e);
      return new Outcome.Failed("unknown", "internal error");
    } finally {
      turn.leave();
    }
  }

  private Outcome stopped(Turn turn) {
    return switch (turn.stopped().orElse(Turn.Stop.SHUTDOWN)) {
      case ABORTED -> new Outcome.Aborted(turn.text());
      case LONG_REPLY -> new Outcome.Answered(turn.text(), "length", 0, 0);
      case OUT_OF_TIME -> new Outcome.Failed("timeout", "the turn took too long");
      case SILENT_MODEL -> new Outcome.Failed("timeout", "the model has gone silent");
      case SHUTDOWN -> new Outcome.Interrupted();
    };
  }

  private void record(Turn turn, Session session, Outcome outcome) throws IOException {
    String key = turn.runId();
    switch (outcome) {
      case Outcome.Answered answered ->
          session.append(
              new Entry.Assistant(key, clock.instant(), answered.text(), answered.stopReason()));
      case Outcome.Aborted aborted ->
          session.append(new Entry.Aborted(key, clock.instant(), aborted.text()));
      case Outcome.Failed failed ->
          session.append(new Entry.Failed(key, clock.instant(), failed.kind(), failed.message()));
      case Outcome.Interrupted interrupted -> {}
    }
  }

  private final class Listener implements ModelListener {
    private final Turn turn;

    Listener(Turn turn) {
      this.turn = turn;
    }

    @Override
    public void text(String piece) {
      listener.delta(turn, piece);
      if (turn.append(piece) > limits.reply()) {
        turn.stop(Turn.Stop.LONG_REPLY);
      }
    }

    @Override
    public void alive() {
      turn.alive(System.nanoTime());
    }
  }
}
