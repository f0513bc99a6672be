package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The turns on one connection to a gateway of protocol 4, and how each comes to its end.
 *
 * <p>The message's id is the idempotency key of {@code chat.send}, and with it the run's id: a key
 * that is running says so, one that has ended is answered from what the gateway remembers.
 *
 * <h2>A turn that was sent before</h2>
 *
 * <p>is looked for first. A gateway that crashed answers it by itself, OpenClaw's own under a run
 * of another name, and a second send would disturb that. So: an answer in the history is the
 * answer; a question in the history is waited for, by {@code agent.wait} and by listening for
 * whatever ends in its session, where nothing else of the bus's can be running; and only a question
 * that the gateway has never seen is sent.
 *
 * <p>One that it has seen and will not answer is sent once more: OpenClaw resumes after a crash
 * what it had marked as running, and a crash right after the question was written down comes before
 * that mark. Its history says whether anything runs in the session, and whether that is marked.
 *
 * <p>An empty final is not an answer: the run was joined to another.
 */
final class GatewayTurns {
  /** Entries of a session in which a turn is looked for; there is one turn at a time in it. */
  private static final int HISTORY = 50;

  /** How long one {@code agent.wait} lasts. */
  private static final long WAIT_MILLIS = 20_000;

  /**
   * Looks at a session in which nothing runs and nothing is to be resumed, before it is sent to.
   */
  private static final int LOOKS = 1;

  /** Looks at one that is to be resumed, some 20 s apart: the gateway resumes one after another. */
  private static final int LOOKS_AT_MARKED = 9;

  /** After an {@code agent.wait} that knew nothing, which may have answered at once. */
  private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

  /** A turn that is out, in its session. Sent before: by another connection or process. */
  private record Run(Outgoing turn, String text, String session, boolean sentBefore) {
    String id() {
      return turn.envelope().id();
    }
  }

  private final GatewayCalls calls;
  private final BridgeEvents events;
  private final Map<String, Run> runs = new ConcurrentHashMap<>();

  GatewayTurns(GatewayCalls calls, BridgeEvents events) {
    this.calls = calls;
    this.events = events;
  }

  void begin(Outgoing turn) {
    Optional<String> text = Question.of(turn, events);
    if (text.isEmpty()) {
      return;
    }
    Run run = new Run(turn, text.get(), SessionKey.of(turn), turn.attempt() > 1);
    runs.put(run.id(), run);
    if (run.sentBefore()) {
      lookFirst(run);
    } else {
      send(run);
    }
  }

  void abort(Outgoing turn) {
    Run run = runs.remove(turn.envelope().id());
    if (run != null) {
      calls.call(
          "chat.abort",
          json -> {
            json.writeStringField("sessionKey", run.session());
            json.writeStringField("runId", run.id());
          },
          answer -> {
            // The person was told already; nothing follows from whether it was still running.
          });
    }
  }

  private void send(Run run) {
    calls.call(
        "chat.send",
        json -> {
          json.writeStringField("sessionKey", run.session());
          json.writeStringField("message", run.text());
          json.writeStringField("idempotencyKey", run.id());
        },
        answer -> {
          if (!GatewayCalls.isOk(answer)) {
            refused(run, answer.get("error"));
          } else if (answer.get("payload").get("status").text().equals("ok")) {
            // Over already: the answer went to a connection that is gone.
            await(run, true, 0);
          }
        });
  }

  private void refused(Run run, JsonTree error) {
    if (!end(run)) {
      return;
    }
    String reason = "the runtime refused: " + error.get("code").text();
    if (error.get("retryable").text().equals("true")) {
      events.failed(run.turn(), reason, true);
    } else {
      events.erred(run.turn(), reason + ", " + error.get("message").text());
    }
  }

  /** A turn that was sent before may be answered, or be on its way without a connection. */
  private void lookFirst(Run run) {
    calls.call(
        "chat.history",
        json -> historyOf(run, json),
        answer -> {
          JsonTree messages = answer.get("payload").get("messages");
          if (settled(run, messages)) {
            return;
          }
          boolean seen =
              messages.elements().stream()
                  .anyMatch(entry -> entry.get("idempotencyKey").text().equals(run.id() + ":user"));
          if (seen) {
            await(run, false, 0);
          } else {
            send(run);
          }
        });
  }

  private static void historyOf(Run run, JsonGenerator json) throws IOException {
    json.writeStringField("sessionKey", run.session());
    json.writeNumberField("limit", HISTORY);
  }

  /**
   * Asks for the end of a run, again and again: events of what happened while nobody was connected
   * are not repeated.
   *
   * @param over the gateway has said that it is over
   * @param idle looks in a row at which nothing ran in the session
   */
  private void await(Run run, boolean over, int idle) {
    if (!runs.containsKey(run.id())) {
      return;
    }
    calls.call(
        "agent.wait",
        json -> {
          json.writeStringField("runId", run.id());
          json.writeNumberField("timeoutMs", WAIT_MILLIS);
        },
        answer -> {
          JsonTree payload = answer.get("payload");
          String reply = payload.get("terminalReply").get("text").text();
          switch (payload.get("status").text()) {
            case "ok" -> {
              if (reply.isEmpty()) {
                lookAgain(run, true, idle);
              } else if (end(run)) {
                events.answered(run.turn(), reply);
              }
            }
            case "error" -> {
              if (end(run)) {
                events.erred(run.turn(), payload.get("error").text());
              }
            }
            default -> lookAgain(run, over, idle);
          }
        });
  }

  /** The gateway remembers runs for a while, and its history for good. */
  private void lookAgain(Run run, boolean over, int idle) {
    calls.call(
        "chat.history",
        json -> historyOf(run, json),
        answer -> {
          JsonTree history = answer.get("payload");
          if (settled(run, history.get("messages"))) {
            return;
          }
          if (over) {
            if (end(run)) {
              events.failed(run.turn(), "the turn is over and its answer is not known", true);
            }
            return;
          }
          JsonTree session = history.get("sessionInfo");
          // A gateway that does not tell is waited for.
          int looks = session.get("hasActiveRun").text().equals("false") ? idle + 1 : 0;
          boolean marked = session.get("status").text().equals("running");
          if (looks < (marked ? LOOKS_AT_MARKED : LOOKS)) {
            LATER.execute(() -> await(run, false, looks));
          } else if (runs.containsKey(run.id())) {
            send(run);
          }
        });
  }

  /** Ends the turn if the history holds its answer. */
  private boolean settled(Run run, JsonTree messages) {
    for (JsonTree entry : messages.elements()) {
      if (entry.get("runId").text().equals(run.id())) {
        String failure = entry.get("errorMessage").text();
        String text = text(entry);
        if (!failure.isEmpty() && end(run)) {
          events.erred(run.turn(), failure);
        } else if (!text.isEmpty() && end(run)) {
          events.answered(run.turn(), text);
        }
        return !runs.containsKey(run.id());
      }
    }
    return false;
  }

  /** An event {@code chat} has come. */
  void chat(JsonTree payload) {
    Run run = find(payload);
    if (run == null) {
      return;
    }
    switch (payload.get("state").text()) {
      case "delta" -> events.delta(run.turn(), payload.get("deltaText").text());
      case "final" -> {
        String text = text(payload.get("message"));
        if (text.isEmpty()) {
          await(run, false, 0);
        } else if (end(run)) {
          events.answered(run.turn(), text);
        }
      }
      case "error" -> {
        if (end(run)) {
          events.erred(run.turn(), payload.get("errorMessage").text());
        }
      }
      case "aborted" -> {
        if (end(run)) {
          events.erred(run.turn(), "aborted");
        }
      }
      default -> {
        // A sign of life.
      }
    }
  }

  private @Nullable Run find(JsonTree payload) {
    Run named = runs.get(payload.get("runId").text());
    if (named != null) {
      return named;
    }
    String session = payload.get("sessionKey").text();
    return runs.values().stream()
        .filter(run -> run.sentBefore() && run.session().equals(session))
        .findFirst()
        .orElse(null);
  }

  /** Whether it was this call that ended it. */
  private boolean end(Run run) {
    return runs.remove(run.id(), run);
  }

  /** The text of a message, whose content is one text or a list of parts. */
  private static String text(JsonTree message) {
    JsonTree content = message.get("content");
    StringBuilder text = new StringBuilder(content.text());
    for (JsonTree part : content.elements()) {
      text.append(part.get("text").text());
    }
    return text.toString();
  }
}
