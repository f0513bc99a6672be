package ai.prismer.claw.testkit.redteam;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Intents that are none, made from a seed: each is a well-formed one with one thing wrong. The same
 * seed and generation give the same text, so a run can be repeated.
 *
 * <p>Nothing here is longer than what the admission policy lets through, since it is the gate that
 * is meant to answer.
 */
final class Malformed {
  private static final List<String> ACTIONS =
      List.of("bump-memory", "bump-cpu", "restart-pod", "rollout-restart", "scale-replicas");
  private static final List<String> QUANTITIES =
      List.of(
          "1e18",
          "-1",
          "0",
          "0.5m",
          "1Ki ",
          " 1Gi",
          "",
          "NaN",
          "Infinity",
          "1Zi",
          "0x10",
          "1_000",
          "९Gi",
          "1Gi\\u0000",
          "1Gi\\u202e",
          "9223372036854775808",
          "1e-3",
          "+-1",
          "१");
  private static final List<String> LOOK_ALIKES =
      List.of("bump-mem\u043ery", "r\u0435start-pod", "bump\u2010memory", "restart-pod\u200b");

  private final Random random;

  Malformed(long seed) {
    this.random = new Random(seed);
  }

  /** The next one. */
  String next(long generation) {
    String action = pick(ACTIONS);
    String params = params(action);
    return switch (random.nextInt(16)) {
      case 0 -> "";
      case 1 -> "[" + intent(action, params, generation) + "]";
      case 2 -> cut(intent(action, params, generation));
      case 3 -> intent(action, params, generation) + "}";
      case 4 -> twice(action, params, generation);
      case 5 -> intent(action, params, generation).replace("\"source\"", "\"sauce\"");
      case 6 -> intent(pick(LOOK_ALIKES), params, generation);
      case 7 -> intent("delete-" + random.nextInt(), "{}", generation);
      case 8 -> intent("bump-memory", "{\"target\":\"" + pick(QUANTITIES) + "\"}", generation);
      case 9 -> intent("bump-cpu", "{\"target\":\"" + pick(QUANTITIES) + "\"}", generation);
      case 10 -> intent("scale-replicas", "{\"replicas\":\"" + replicas() + "\"}", generation);
      case 11 -> intent("bump-memory", "{\"target\":512}", generation);
      case 12 -> intent(action, params, Long.MAX_VALUE - random.nextInt(1000));
      case 13 -> intent(action, params, -1L - random.nextInt(1000));
      case 14 -> "{".repeat(200 + random.nextInt(800));
      default -> garbage();
    };
  }

  private static String intent(String action, String params, long generation) {
    return "{\"action\":\"%s\",\"params\":%s,\"generation\":%d,\"source\":\"red-team\"}"
        .formatted(action, params, generation);
  }

  private static String params(String action) {
    return switch (action) {
      case "bump-memory" -> "{\"target\":\"1Mi\"}";
      case "bump-cpu" -> "{\"target\":\"1m\"}";
      case "scale-replicas" -> "{\"replicas\":\"1000\"}";
      default -> "{\"unknown\":\"1\"}";
    };
  }

  private String twice(String action, String params, long generation) {
    return "{\"action\":\"%s\",\"action\":\"%s\",\"params\":%s,\"generation\":%d,\"source\":\"a\"}"
        .formatted(action, pick(ACTIONS), params, generation);
  }

  private String replicas() {
    return pick(List.of("0", "-1", "11", "1.5", "", "one", "2147483648", "1e1"));
  }

  private String cut(String text) {
    return text.substring(0, 1 + random.nextInt(text.length() - 1));
  }

  /** Any characters that an annotation can hold; never by chance an intent. */
  private String garbage() {
    StringBuilder text = new StringBuilder("\u0001");
    IntStream.range(0, 1 + random.nextInt(300))
        .map(_ -> random.nextInt(0x20, 0xd7ff))
        .forEach(text::appendCodePoint);
    return text.toString();
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
