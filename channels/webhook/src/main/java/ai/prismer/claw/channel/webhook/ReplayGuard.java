package ai.prismer.claw.channel.webhook;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Signatures of the last five minutes and the message that each was for. A request that comes
 * again, signature and all, was recorded by somebody or sent twice by mistake; either way it is not
 * taken twice. Thread-safe.
 */
final class ReplayGuard {
  /** How long a signature counts, and how far a timestamp may be off. */
  static final Duration WINDOW = Duration.ofMinutes(5);

  /** More than the channel's rate lets through in the window. */
  private static final int MOST = 40_000;

  private record Seen(String id, long nanos) {}

  private final Map<String, Seen> seen = new LinkedHashMap<>();

  /** What became of an attempt to enter. */
  enum Outcome {
    ENTERED,
    REPLAYED,
    FULL
  }

  synchronized Outcome enter(String signature, String id, long nowNanos) {
    Iterator<Seen> oldest = seen.values().iterator();
    while (oldest.hasNext() && nowNanos - oldest.next().nanos() > WINDOW.toNanos()) {
      oldest.remove();
    }
    if (seen.containsKey(signature)) {
      return Outcome.REPLAYED;
    }
    if (seen.size() >= MOST) {
      return Outcome.FULL;
    }
    seen.put(signature, new Seen(id, nowNanos));
    return Outcome.ENTERED;
  }

  /** The message that the signature was for, or null. */
  synchronized @Nullable String idOf(String signature) {
    Seen found = seen.get(signature);
    return found == null ? null : found.id();
  }

  /** The request was not taken, and may come again. */
  synchronized void forget(String signature) {
    seen.remove(signature);
  }
}
