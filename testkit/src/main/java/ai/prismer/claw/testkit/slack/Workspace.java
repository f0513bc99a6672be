package ai.prismer.claw.testkit.slack;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What was said, in order. Thread-safe. */
final class Workspace {
  private final List<ObjectNode> messages = new ArrayList<>();
  private long lastMicros;

  /** A message, with a ts of its own. */
  synchronized ObjectNode say(
      String channel, @Nullable String user, String text, @Nullable String thread) {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("type", "message").put("channel", channel).put("text", text).put("ts", ts());
    if (user == null) {
      message.put("user", SlackDouble.SELF).put("bot_id", SlackDouble.BOT);
    } else {
      message.put("user", user);
    }
    if (thread != null) {
      message.put("thread_ts", thread);
      for (ObjectNode first : messages) {
        if (first.path("ts").asText().equals(thread)) {
          first.put("thread_ts", thread).put("latest_reply", message.path("ts").asText());
          first.put("reply_count", first.path("reply_count").asInt() + 1);
        }
      }
    }
    messages.add(message);
    return message;
  }

  private String ts() {
    Instant now = Instant.now();
    long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    lastMicros = Math.max(lastMicros + 1, micros);
    return String.format(Locale.ROOT, "%d.%06d", lastMicros / 1_000_000, lastMicros % 1_000_000);
  }

  synchronized @Nullable ObjectNode find(String channel, String ts) {
    return messages.stream()
        .filter(message -> is(message, "channel", channel) && is(message, "ts", ts))
        .findFirst()
        .orElse(null);
  }

  /** Newest first and without those in threads, as the history is. */
  synchronized List<ObjectNode> history(String channel, String oldest) {
    return messages.stream()
        .filter(message -> is(message, "channel", channel) && later(message, oldest))
        .filter(message ->
            !message.has("thread_ts")
                || Objects.equals(message.path("thread_ts"), message.path("ts")))
        .toList()
        .reversed();
  }

  /** The first message, whatever its age, then those after it. */
  synchronized List<ObjectNode> replies(String channel, String thread, String oldest) {
    return messages.stream()
        .filter(message -> is(message, "channel", channel))
        .filter(message ->
            is(message, "ts", thread)
                || (is(message, "thread_ts", thread) && later(message, oldest)))
        .toList();
  }

  synchronized List<ObjectNode> of(String channel) {
    return messages.stream().filter(message -> is(message, "channel", channel)).toList();
  }

  private static boolean is(ObjectNode message, String key, String value) {
    return message.path(key).asText().equals(value);
  }

  private static boolean later(ObjectNode message, String oldest) {
    return oldest.isEmpty()
        || Double.parseDouble(message.path("ts").asText()) > Double.parseDouble(oldest);
  }
}
