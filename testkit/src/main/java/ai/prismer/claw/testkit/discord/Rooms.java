package ai.prismer.claw.testkit.discord;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was said, in order. Thread-safe. */
final class Rooms {
  private static final long EPOCH_MILLIS = 1_420_070_400_000L;

  private final List<ObjectNode> messages = new ArrayList<>();
  private long last;

  /** A message, with an id of its own. */
  synchronized ObjectNode say(String channel, ObjectNode author, String text) {
    last = Math.max(last + 1, (Instant.now().toEpochMilli() - EPOCH_MILLIS) << 22);
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message
        .put("id", Long.toString(last))
        .put("channel_id", channel)
        .put("content", text)
        .put("type", 0)
        .put("timestamp", Instant.now().toString())
        .put("tts", false)
        .put("mention_everyone", false)
        .put("pinned", false);
    message.set("author", author);
    for (String list : new String[] {"mentions", "mention_roles", "attachments", "embeds"}) {
      message.putArray(list);
    }
    messages.add(message);
    return message;
  }

  synchronized @Nullable ObjectNode find(String id) {
    return messages.stream()
        .filter(message -> message.path("id").asText().equals(id))
        .findFirst()
        .orElse(null);
  }

  synchronized @Nullable ObjectNode withNonce(String nonce) {
    return messages.stream()
        .filter(message -> !nonce.isEmpty() && message.path("nonce").asText().equals(nonce))
        .findFirst()
        .orElse(null);
  }

  /** The first that are newer than an id, newest first. */
  synchronized List<ObjectNode> after(String channel, long id, int limit) {
    return of(channel).stream()
        .filter(message -> message.path("id").asLong() > id)
        .limit(limit)
        .toList()
        .reversed();
  }

  synchronized List<ObjectNode> of(String channel) {
    return messages.stream()
        .filter(message -> message.path("channel_id").asText().equals(channel))
        .toList();
  }
}
