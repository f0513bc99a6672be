package ai.prismer.claw.channel.webhook;

import ai.prismer.claw.channel.BusClient;
import ai.prismer.claw.channel.BusyException;
import ai.prismer.claw.channel.Message;
import ai.prismer.claw.channel.RefusedException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** POST: a question, which is answered 202 when it is on the bus's disk and not before. */
final class QuestionHandler {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How long the bus may take to write. */
  private static final Duration DURABLE = Duration.ofSeconds(10);

  /** RFC 7240. */
  private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait=(\\d{1,4})(?:$|[,;\\s])");

  private final Settings settings;
  private final BusClient bus;
  private final Gatekeeper gatekeeper;
  private final ReplayGuard replays = new ReplayGuard();
  private final Answers answers;
  private final WaitingCaller waiting;
  private final Replies replies;
  private final Metrics metrics;

  QuestionHandler(
      Settings settings,
      BusClient bus,
      Gatekeeper gatekeeper,
      Answers answers,
      Replies replies,
      Metrics metrics) {
    this.settings = settings;
    this.bus = bus;
    this.gatekeeper = gatekeeper;
    this.answers = answers;
    this.waiting = new WaitingCaller(answers, replies);
    this.replies = replies;
    this.metrics = metrics;
  }

  void handle(HttpExchange exchange) throws IOException, InterruptedException {
    Message question;
    Gatekeeper.Read read = gatekeeper.read(exchange);
    Gatekeeper.Body body = read.body();
    if (body == null) {
      refuse(exchange, read.refusal());
      return;
    }
    try (body) {
      Headers headers = exchange.getRequestHeaders();
      Gatekeeper.Refusal wrong = gatekeeper.check(headers, body.bytes(), false);
      if (wrong != null) {
        refuse(exchange, wrong);
        return;
      }
      question = question(exchange, body.bytes());
    }
    if (question != null) {
      enter(exchange, question);
    }
  }

  private void refuse(HttpExchange exchange, Gatekeeper.@Nullable Refusal why) throws IOException {
    if (why != null) {
      replies.refuse(exchange, why.status(), why.code(), why.text());
    }
  }

  /** The message that the body is, or null if it was refused. */
  private @Nullable Message question(HttpExchange exchange, byte[] body) throws IOException {
    ObjectNode payload;
    try {
      if (!(JSON.readTree(body) instanceof ObjectNode object)) {
        replies.refuse(exchange, 400, "malformed", "the body is not a JSON object");
        return null;
      }
      payload = object;
    } catch (JsonProcessingException malformed) {
      replies.refuse(exchange, 400, "malformed", "the body is not JSON");
      return null;
    }
    if (!payload.path("text").isTextual()) {
      // An event of some service: the agent reads all of it.
      payload = Replies.object().put("text", new String(body, StandardCharsets.UTF_8));
    }
    if (payload.path("text").asText().isBlank()) {
      replies.refuse(exchange, 400, "no_text", "text is empty");
      return null;
    }
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    if (key == null) {
      return bus.question(payload);
    }
    if (!key.matches("[A-Za-z0-9._:-]{1,100}")) {
      replies.refuse(
          exchange, 400, "malformed", "Idempotency-Key has 1 to 100 of A-Z a-z 0-9 . _ : -");
      return null;
    }
    return bus.question(key, payload);
  }

  private void enter(HttpExchange exchange, Message question)
      throws IOException, InterruptedException {
    String signature = String.valueOf(exchange.getRequestHeaders().getFirst(Signature.HEADER));
    switch (replays.enter(signature, question.id(), System.nanoTime())) {
      case ENTERED -> send(exchange, question, signature);
      case FULL ->
          replies.later(
              exchange, 503, "busy", "too many requests in five minutes", Duration.ofSeconds(5));
      case REPLAYED -> {
        metrics.replayed();
        String first = replays.idOf(signature);
        replies.json(
            exchange,
            409,
            Replies.object()
                .put("error", "replayed")
                .put("message", "this request was taken before")
                .put("id", first == null ? "" : first));
      }
    }
  }

  private void send(HttpExchange exchange, Message question, String signature)
      throws IOException, InterruptedException {
    Headers headers = exchange.getRequestHeaders();
    boolean stream = String.valueOf(headers.getFirst("Accept")).contains("text/event-stream");
    Duration patience = settings.givesOut() ? patience(headers, stream) : Duration.ZERO;
    // Before it is sent: the answer may be here before this thread is again.
    Answers.Waiter waiter = patience.isZero() ? null : answers.expect(question.id());
    try {
      if (!accepted(exchange, question, signature)) {
        return;
      }
      if (waiter == null) {
        accepted(exchange, question);
      } else if (stream) {
        waiting.stream(exchange, question, waiter, patience);
      } else if (!waiting.answer(exchange, waiter, patience)) {
        accepted(exchange, question);
      }
    } finally {
      if (waiter != null) {
        answers.withdraw(question.id(), waiter);
      }
    }
  }

  private Duration patience(Headers headers, boolean stream) {
    Matcher wait = WAIT.matcher(String.valueOf(headers.getFirst("Prefer")));
    Duration asked =
        wait.find()
            ? Duration.ofSeconds(Long.parseLong(wait.group(1)))
            : stream ? settings.longestWait() : Duration.ZERO;
    return asked.compareTo(settings.longestWait()) > 0 ? settings.longestWait() : asked;
  }

  private void accepted(HttpExchange exchange, Message question) throws IOException {
    exchange.getResponseHeaders().set("Location", settings.path() + "/" + question.id());
    replies.json(
        exchange, 202, Replies.object().put("id", question.id()).put("status", "accepted"));
  }

  /** Whether the bus has it on disk; the caller is told why not. */
  private boolean accepted(HttpExchange exchange, Message question, String signature)
      throws IOException, InterruptedException {
    try {
      bus.send(question).get(DURABLE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (BusyException busy) {
      replays.forget(signature);
      boolean away = !bus.isConnected();
      replies.later(
          exchange,
          away ? 503 : 429,
          away ? "bus_away" : "busy",
          String.valueOf(busy.getMessage()),
          busy.retryAfter());
    } catch (TimeoutException late) {
      late(exchange, question, signature);
    } catch (ExecutionException failed) {
      replays.forget(signature);
      if (failed.getCause() instanceof RefusedException refused) {
        replies.refuse(exchange, 422, refused.code(), "the bus refused the message");
      } else {
        replies.later(exchange, 503, "draining", "the channel ends", Duration.ofSeconds(5));
      }
    }
    return false;
  }

  private void late(HttpExchange exchange, Message question, String signature) throws IOException {
    if (bus.withdraw(question.id())) {
      replays.forget(signature);
      replies.later(exchange, 503, "bus_away", "the bus is away", Duration.ofSeconds(5));
      return;
    }
    // It may be on the disk by now. With the same Idempotency-Key a second send is harmless.
    replies.json(
        exchange,
        504,
        Replies.object()
            .put("error", "unknown")
            .put(
                "message",
                "whether the message was taken is not known; send it with this id as"
                    + " Idempotency-Key")
            .put("id", question.id()));
  }
}
