package ai.prismer.claw.bus.router;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ids of the messages that a lane accepted last, by which a resend is told from a new message.
 *
 * <p>A producer that never saw its acknowledgement sends again, and soon: what is remembered has an
 * end, or a channel that lives for years would fill the heap.
 */
final class RecentIds {
  /** Longest id that is accepted, in characters; the whole table is bounded by it. */
  static final int LONGEST_ID = 128;

  private static final int CAPACITY = 1024;

  private final Map<String, Long> ids =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > CAPACITY;
        }
      };

  private @Nullable String last;

  /** Where the message was appended, or null if it was not, or long ago. */
  @Nullable Long find(String id) {
    return ids.get(id);
  }

  /**
   * Remembers a message.
   *
   * @param lsn of its last part: the message is accepted when that is committed
   */
  void add(String id, long lsn) {
    ids.put(id, lsn);
    last = id;
  }

  /** The id accepted last, or null. */
  @Nullable String last() {
    return last;
  }
}
