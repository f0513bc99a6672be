package ai.prismer.claw.channel.webhook;

import ai.prismer.claw.channel.BusClient;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counters, in Prometheus' text format. Thread-safe. */
final class Metrics {
  /** How an answer left. */
  enum Answer {
    /** To a caller that waited. */
    WAITED,
    /** Fetched. */
    POLLED,
    /** Posted. */
    CALLBACK,
    /** By nobody, in time: a dead letter now. */
    EXPIRED
  }

  private final Map<Integer, Long> requests = new TreeMap<>();
  private final Map<Answer, Long> answers = new EnumMap<>(Answer.class);
  private final AtomicLong replays = new AtomicLong();
  private final AtomicLong callbackFailures = new AtomicLong();

  synchronized void answeredWith(int status) {
    requests.merge(status, 1L, Long::sum);
  }

  synchronized void count(Answer answer) {
    answers.merge(answer, 1L, Long::sum);
  }

  void replayed() {
    replays.incrementAndGet();
  }

  void callbackFailed() {
    callbackFailures.incrementAndGet();
  }

  synchronized String text(BusClient bus, int held) {
    StringBuilder text = new StringBuilder();
    head(text, "claw_channel_requests_total", "counter", "Requests, by status.");
    requests.forEach((status, count) ->
        line(text, "claw_channel_requests_total{code=\"" + status + "\"}", count));
    head(text, "claw_channel_answers_total", "counter", "Answers, by how they left.");
    for (Answer answer : Answer.values()) {
      String way = answer.name().toLowerCase(java.util.Locale.ROOT);
      line(
          text,
          "claw_channel_answers_total{way=\"" + way + "\"}",
          answers.getOrDefault(answer, 0L));
    }
    single(text, "claw_channel_replays_total", "counter", "Replayed requests.", replays.get());
    single(
        text,
        "claw_channel_callback_failures_total",
        "counter",
        "Answers given back to the bus after all attempts to post them.",
        callbackFailures.get());
    single(
        text,
        "claw_channel_bus_connected",
        "gauge",
        "Whether the bus is there.",
        bus.isConnected() ? 1 : 0);
    single(
        text,
        "claw_channel_unacknowledged",
        "gauge",
        "Messages the bus has not acknowledged.",
        bus.unacknowledged());
    single(text, "claw_channel_held_answers", "gauge", "Answers that wait to be fetched.", held);
    return text.toString();
  }

  private static void single(StringBuilder text, String name, String type, String help, long now) {
    head(text, name, type, help);
    line(text, name, now);
  }

  private static void head(StringBuilder text, String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void line(StringBuilder text, String series, long value) {
    text.append(series).append(' ').append(value).append('\n');
  }
}
