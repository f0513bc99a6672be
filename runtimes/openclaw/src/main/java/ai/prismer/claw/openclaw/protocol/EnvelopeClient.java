package ai.prismer.claw.openclaw.protocol;

import ai.prismer.claw.openclaw.config.Limits;
import ai.prismer.claw.openclaw.session.Entry;
import ai.prismer.claw.openclaw.session.Session;
import ai.prismer.claw.openclaw.session.SessionKey;
import ai.prismer.claw.openclaw.session.SessionStore;
import ai.prismer.claw.openclaw.turn.Outcome;
import ai.prismer.claw.openclaw.turn.TurnRefused;
import ai.prismer.claw.openclaw.turn.Turns;
import ai.prismer.claw.openclaw.websocket.CloseCode;
import ai.prismer.claw.openclaw.websocket.Connection;
import ai.prismer.claw.openclaw.websocket.Handler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * One client that speaks the envelope of the original's bus ({@code claw-ws}): a message in, one
 * answer out, no stream. The id of an envelope is the key of its turn, so one that is sent again
 * gets the answer again.
 *
 * <p>Such a client cannot be told to try later. So messages that come while their conversation is
 * busy wait here, in order, and only when too many wait is one refused.
 */
final class EnvelopeClient implements Handler {
  private static final int WAITING_LIMIT = 64;

  private final Connection connection;
  private final Turns turns;
  private final SessionStore store;
  private final Limits limits;
  private final InstantSource clock;
  private final Map<SessionKey, Queue<Question>> waiting = new HashMap<>();
  private int waitingCount;

  EnvelopeClient(
      Connection connection, Turns turns, SessionStore store, Limits limits, InstantSource clock) {
    this.connection = connection;
    this.turns = turns;
    this.store = store;
    this.limits = limits;
    this.clock = clock;
  }

  /** A message that wants an answer. */
  private record Question(String id, String channel, SessionKey session, String text) {}

  @Override
  public void opened() {}

  @Override
  public void text(String message) {
    Optional<ObjectNode> envelope = Json.read(message);
    String id = envelope.map(e -> e.path("id").asText()).orElse("");
    if (envelope.isEmpty() || id.isEmpty() || id.length() > 256) {
      connection.close(CloseCode.POLICY_VIOLATION, "an envelope with an id was expected");
      return;
    }
    switch (envelope.get().path("type").asText()) {
      case "register", "heartbeat" -> acknowledge(id);
      case "message" -> question(id, envelope.get());
      default -> {
        // The original's other types steer its bus and mean nothing to a runtime.
      }
    }
  }

  @Override
  public void tick() {}

  @Override
  public void closed() {
    synchronized (waiting) {
      waiting.clear();
      waitingCount = 0;
    }
  }

  private void acknowledge(String id) {
    ObjectNode ack = envelope(id + "-ack", "ack", id, "");
    ack.putObject("payload").put("ref", id);
    connection.send(ack.toString());
  }

  private void question(String id, ObjectNode envelope) {
    String channel = envelope.path("channel").asText();
    String text = envelope.path("payload").path("text").asText();
    String thread = envelope.path("payload").path("thread").asText();
    String user = envelope.path("payload").path("user").asText();
    if (text.isBlank() || text.length() > limits.message()) {
      fail(id, channel, "the message must have 1 to " + limits.message() + " characters");
      return;
    }
    SessionKey session;
    try {
      String peer = thread.isEmpty() ? user : thread;
      session = new SessionKey("agent:main:claw:" + channel + ":" + peer);
    } catch (IllegalArgumentException e) {
      fail(id, channel, "the names of channel, thread and user are too long");
      return;
    }
    Question question = new Question(id, channel, session, text);
    synchronized (waiting) {
      Queue<Question> queue = waiting.get(session);
      if (queue == null) {
        waiting.put(session, new ArrayDeque<>());
      } else if (waitingCount < WAITING_LIMIT) {
        queue.add(question);
        waitingCount++;
        return;
      }
      if (queue != null) {
        fail(id, channel, "too many messages are waiting");
        return;
      }
    }
    ask(question);
  }

  private void ask(Question question) {
    try {
      Turns.Started started =
          turns.start(
              question.session(), question.id(), question.text(), limits.turnTime(), () -> {});
      if (started == Turns.Started.OVER) {
        answerAgain(question);
        next(question.session());
        return;
      }
      Optional<CompletableFuture<Outcome>> outcome = turns.outcome(question.id());
      if (outcome.isPresent()) {
        CompletableFuture<Void> _ = outcome.get().thenAccept(o -> finish(question, o));
      }
    } catch (TurnRefused e) {
      fail(question.id(), question.channel(), String.valueOf(e.getMessage()));
      next(question.session());
    }
  }

  private void finish(Question question, Outcome outcome) {
    answer(question, outcome);
    next(question.session());
  }

  private void next(SessionKey session) {
    Question question;
    synchronized (waiting) {
      Queue<Question> queue = waiting.get(session);
      question = queue == null ? null : queue.poll();
      if (question == null) {
        waiting.remove(session);
        return;
      }
      waitingCount--;
    }
    ask(question);
  }

  private void answer(Question question, Outcome outcome) {
    switch (outcome) {
      case Outcome.Answered answered -> reply(question.id(), question.channel(), answered.text());
      case Outcome.Failed failed -> fail(question.id(), question.channel(), failed.message());
      case Outcome.Aborted aborted -> fail(question.id(), question.channel(), "aborted");
      case Outcome.Interrupted interrupted -> {
        // The next process answers; the client finds out by sending again.
      }
    }
  }

  private void answerAgain(Question question) {
    try {
      Session session = store.hold(question.session());
      try {
        switch (session.end(question.id()).orElse(null)) {
          case Entry.Assistant answer -> reply(question.id(), question.channel(), answer.text());
          case Entry.Failed failed -> fail(question.id(), question.channel(), failed.message());
          case Entry.Aborted aborted -> fail(question.id(), question.channel(), "aborted");
          case null, default ->
              fail(question.id(), question.channel(), "the answer is no longer known");
        }
      } finally {
        store.release(question.session());
      }
    } catch (IOException e) {
      fail(question.id(), question.channel(), "the session cannot be read from the disk");
    }
  }

  private void reply(String id, String channel, String text) {
    send(envelope(id + "-resp", "message", id, channel), text);
  }

  private void fail(String id, String channel, String text) {
    send(envelope(id + "-err", "message", id, channel), text);
  }

  private void send(ObjectNode envelope, String text) {
    envelope.putObject("payload").put("text", text);
    connection.send(envelope.toString());
  }

  /** Empty fields are left out, as the original's peers do. */
  private ObjectNode envelope(String id, String type, String correlationId, String channel) {
    ObjectNode envelope =
        Json.object()
            .put("id", id)
            .put("type", type)
            .put("timestamp", clock.instant().toString())
            .put("correlationId", correlationId);
    return channel.isEmpty() ? envelope : envelope.put("channel", channel);
  }
}
