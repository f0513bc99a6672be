package ai.prismer.claw.openclaw.protocol;

import ai.prismer.claw.openclaw.config.Limits;
import ai.prismer.claw.openclaw.session.Entry;
import ai.prismer.claw.openclaw.session.Session;
import ai.prismer.claw.openclaw.session.SessionKey;
import ai.prismer.claw.openclaw.session.SessionStore;
import ai.prismer.claw.openclaw.turn.Outcome;
import ai.prismer.claw.openclaw.turn.TurnRefused;
import ai.prismer.claw.openclaw.turn.Turns;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The methods of protocol 4 that the gateway serves. */
final class ChatMethods {
  static final String READ = "operator.read";
  static final String WRITE = "operator.write";

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final long DEFAULT_WAIT = 30_000;
  private static final long LONGEST_WAIT = 600_000;
  private static final int HISTORY_DEFAULT = 200;
  private static final int HISTORY_LIMIT = 1000;

  private final Turns turns;
  private final SessionStore store;
  private final Limits limits;

  ChatMethods(Turns turns, SessionStore store, Limits limits) {
    this.turns = turns;
    this.store = store;
    this.limits = limits;
  }

  /** One method: the scope it asks for, and what it does. */
  private record Method(String name, String scope) {}

  private static final List<Method> METHODS =
      List.of(
          new Method("chat.send", WRITE),
          new Method("chat.abort", WRITE),
          new Method("chat.history", READ),
          new Method("agent.wait", READ));

  static List<String> names() {
    return METHODS.stream().map(Method::name).toList();
  }

  /** The scope that a method asks for; nothing when there is no such method. */
  static Optional<String> scope(String method) {
    return METHODS.stream().filter(m -> m.name().equals(method)).map(Method::scope).findFirst();
  }

  /** Serves a request. The answer may be given later, and from another thread. */
  void call(String method, Params params, Consumer<ObjectNode> answer) throws ProtocolError {
    switch (method) {
      case "chat.send" -> send(params, answer);
      case "chat.abort" -> answer.accept(abort(params));
      case "chat.history" -> answer.accept(history(params));
      case "agent.wait" -> await(params, answer);
      default -> throw ProtocolError.invalid("unknown method: " + method);
    }
  }

  private void send(Params params, Consumer<ObjectNode> answer) throws ProtocolError {
    SessionKey session = params.sessionKey();
    String key = params.identifier("idempotencyKey");
    String message = params.required("message");
    if (message.isBlank()) {
      throw ProtocolError.invalid("message must not be blank");
    }
    if (message.length() > limits.message()) {
      throw ProtocolError.invalid(
          "message has %d characters; at most %d are accepted"
              .formatted(message.length(), limits.message()));
    }
    if (!params.node().path("attachments").isEmpty()) {
      throw ProtocolError.invalid("attachments are not supported");
    }
    long limit = limits.turnTime().toMillis();
    long time = params.number("timeoutMs", 0, Long.MAX_VALUE, limit);
    Duration longest = Duration.ofMillis(time == 0 ? limit : Math.min(time, limit));
    try {
      switch (turns.start(
          session, key, message, longest, () -> answer.accept(run(key, "started")))) {
        case STARTED -> {}
        case IN_FLIGHT -> answer.accept(run(key, "in_flight"));
        case OVER -> answer.accept(run(key, "ok"));
      }
    } catch (TurnRefused e) {
      throw ProtocolError.unavailable(String.valueOf(e.getMessage()), e.reason().name(), RETRY);
    }
  }

  private ObjectNode abort(Params params) throws ProtocolError {
    Optional<String> aborted = turns.abort(params.sessionKey(), params.optional("runId"));
    ObjectNode payload = Json.object().put("ok", true).put("aborted", aborted.isPresent());
    ArrayNode runs = payload.putArray("runIds");
    aborted.ifPresent(runs::add);
    return payload;
  }

  private void await(Params params, Consumer<ObjectNode> answer) throws ProtocolError {
    String runId = params.identifier("runId");
    long time = params.number("timeoutMs", 0, LONGEST_WAIT, DEFAULT_WAIT);
    Optional<CompletableFuture<Outcome>> known = turns.outcome(runId);
    if (known.isEmpty()) {
      answer.accept(run(runId, "timeout"));
      return;
    }
    String late = time == 0 ? "pending" : "timeout";
    CompletableFuture<Void> _ =
        known
            .get()
            .thenApply(outcome -> ended(runId, outcome))
            .completeOnTimeout(run(runId, late), time, TimeUnit.MILLISECONDS)
            .thenAccept(answer);
  }

  private static ObjectNode ended(String runId, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answered answered -> {
        ObjectNode payload = run(runId, "ok").put("stopReason", answered.stopReason());
        payload.putObject("terminalReply").put("text", answered.text());
        yield payload;
      }
      case Outcome.Failed failed -> run(runId, "error").put("error", failed.message());
      case Outcome.Aborted aborted ->
          run(runId, "error").put("error", "aborted").put("stopReason", "aborted");
      case Outcome.Interrupted interrupted -> run(runId, "pending");
    };
  }

  private ObjectNode history(Params params) throws ProtocolError {
    SessionKey key = params.sessionKey();
    int limit = (int) params.number("limit", 1, HISTORY_LIMIT, HISTORY_DEFAULT);
    ObjectNode payload = Json.object().put("sessionKey", key.value());
    ArrayNode messages = payload.putArray("messages");
    try {
      Session session = store.hold(key);
      try {
        // The JSON around the text and its escapes need room in the frame too.
        List<ObjectNode> all =
            session.latest(limits.frame() / 4).stream()
                .map(ChatMethods::message)
                .flatMap(Optional::stream)
                .toList();
        all.subList(Math.max(0, all.size() - limit), all.size()).forEach(messages::add);
      } finally {
        store.release(key);
      }
    } catch (IOException e) {
      throw ProtocolError.unavailable("the session cannot be read from the disk", "STORAGE", RETRY);
    }
    return payload;
  }

  /** As in OpenClaw, a question's entry proves that its message arrived. */
  private static Optional<ObjectNode> message(Entry entry) {
    long at = entry.at().toEpochMilli();
    return switch (entry) {
      case Entry.User user ->
          Optional.of(
              Json.message("user", user.text(), at).put("idempotencyKey", user.key() + ":user"));
      case Entry.Assistant answer ->
          Optional.of(
              Json.message("assistant", answer.text(), at)
                  .put("runId", answer.key())
                  .put("stopReason", answer.stopReason()));
      case Entry.Aborted aborted ->
          Optional.of(
              Json.message("assistant", aborted.text(), at)
                  .put("runId", aborted.key())
                  .put("stopReason", "aborted"));
      case Entry.Failed failed ->
          Optional.of(
              Json.message("assistant", "", at)
                  .put("runId", failed.key())
                  .put("stopReason", "error")
                  .put("errorMessage", failed.message()));
      case Entry.Resumed resumed -> Optional.empty();
    };
  }

  private static ObjectNode run(String runId, String status) {
    return Json.object().put("runId", runId).put("status", status);
  }
}
