package ai.prismer.claw.channel.vendor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Counters and gauges, in Prometheus' text format. Thread-safe. */
public final class Counters {
  /** Questions that the bus has on disk. */
  public static final String ACCEPTED = "claw_channel_questions_total{outcome=\"accepted\"}";

  /** Told of again after they were accepted. */
  public static final String REPEATED = "claw_channel_questions_total{outcome=\"repeated\"}";

  /** The bus was away or busy. */
  public static final String PUT_OFF = "claw_channel_questions_total{outcome=\"put_off\"}";

  /** The bus will never take them. */
  public static final String REFUSED = "claw_channel_questions_total{outcome=\"refused\"}";

  /** Messages that are none for the agent. */
  public static final String IGNORED = "claw_channel_questions_total{outcome=\"ignored\"}";

  static final String CAUGHT_UP = "claw_channel_caught_up_total";
  static final String POSTED = "claw_channel_answers_total{outcome=\"posted\"}";
  static final String FAILED = "claw_channel_answers_total{outcome=\"failed\"}";
  static final String EDITS = "claw_channel_edits_total";

  /** Requests that the service refused because there were too many. */
  public static final String RATE_LIMITED = "claw_channel_rate_limited_total";

  private static final Map<String, String> HELP =
      Map.of(
          "claw_channel_questions_total",
          "Messages of people, by what became of them.",
          CAUGHT_UP,
          "Messages fetched after they had been missed.",
          "claw_channel_answers_total",
          "Answers, by what became of them.",
          EDITS,
          "Messages replaced while an answer was being made.",
          RATE_LIMITED,
          "Requests that the service put off.");

  private final Map<String, Long> counts = new LinkedHashMap<>();
  private final Map<String, LongSupplier> gauges = new LinkedHashMap<>();
  private final Map<String, String> gaugeHelp = new LinkedHashMap<>();

  Counters() {
    for (String series :
        new String[] {
          ACCEPTED,
          REPEATED,
          PUT_OFF,
          REFUSED,
          IGNORED,
          CAUGHT_UP,
          POSTED,
          FAILED,
          EDITS,
          RATE_LIMITED
        }) {
      counts.put(series, 0L);
    }
  }

  /** One more. */
  public void add(String series) {
    add(series, 1);
  }

  synchronized void add(String series, long more) {
    counts.merge(series, more, Long::sum);
  }

  /** Something that is looked at when it is asked for. */
  public synchronized void gauge(String name, String help, LongSupplier now) {
    gauges.put(name, now);
    gaugeHelp.put(name, help);
  }

  /** How often. */
  public synchronized long of(String series) {
    return counts.getOrDefault(series, 0L);
  }

  synchronized String text() {
    StringBuilder text = new StringBuilder();
    String open = "";
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      String name = count.getKey().replaceAll("\\{.*", "");
      if (!name.equals(open)) {
        head(text, name, HELP.getOrDefault(name, ""), "counter");
        open = name;
      }
      text.append(count.getKey()).append(' ').append(count.getValue()).append('\n');
    }
    gauges.forEach((name, now) -> {
      head(text, name, gaugeHelp.getOrDefault(name, ""), "gauge");
      text.append(name).append(' ').append(now.getAsLong()).append('\n');
    });
    return text.toString();
  }

  private static void head(StringBuilder text, String name, String help, String type) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }
}
