package ai.prismer.claw.bus.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of a log are still owed to somebody. The same records give the same answer whether
 * they are being written or read back after a start. Used by the writer thread only.
 *
 * <p>A message is known by the lsn of its first part for as long as it lives, also after its
 * records were copied to the head of the log. Only what is unusual costs an object (copied, in
 * parts, tried before, dead); an ordinary message costs its bit in {@link Segment}.
 */
final class LiveMessages implements RecordVisitor {
  /** A message in several parts. */
  private static final class Chain {
    final Lane lane;
    final List<Long> further = new ArrayList<>();
    boolean headSeen;
    boolean lastSeen;

    Chain(Lane lane) {
      this.lane = lane;
    }
  }

  /** A message that was whole and is not any more. */
  record Maimed(long message, Lane lane) {}

  /** A message that will not be tried again. */
  record Dead(long message, Lane lane, int attempt, String reason) {
    byte[] remark() {
      return reason.getBytes(StandardCharsets.UTF_8);
    }
  }

  private final SegmentedLog log;

  /** Where parts lie that were copied, by the lsn they are known by. */
  private final NavigableMap<Long, Long> copies = new TreeMap<>();

  private final Map<Long, Chain> chains = new HashMap<>();
  private final Map<Long, Integer> attempts = new HashMap<>();
  private final NavigableMap<Long, Dead> dead = new TreeMap<>();
  private final Deque<Maimed> maimed = new ArrayDeque<>();
  private final Map<Lane, Integer> perLane = new HashMap<>();
  private long movedTo;
  private boolean recovering = true;
  private boolean closed;

  LiveMessages(SegmentedLog log) {
    this.log = log;
  }

  @Override
  public void record(Segment segment, ByteBuffer bytes, int at, RecordType type) {
    closed = type == RecordType.CLOSE;
    switch (type) {
      case MSG -> message(segment, bytes, at);
      case ACK -> remove(RecordFormat.word(bytes, at, 0), RecordFormat.lane(bytes, at));
      case MOVED -> {
        movedTo = Math.max(movedTo, RecordFormat.word(bytes, at, 1));
        remove(RecordFormat.word(bytes, at, 0), RecordFormat.lane(bytes, at));
      }
      case RETRY -> tried(RecordFormat.word(bytes, at, 0), RecordFormat.attempt(bytes, at));
      case DEAD -> died(bytes, at);
      case BATCH, CLOSE -> {
        // Of interest to who reads the log, not to who is owed a message.
      }
    }
  }

  /**
   * The log has been read. Messages whose end never came were never accepted, and are forgotten. So
   * are those of which a part may lie in a hole: nothing else would show that. The hole goes with
   * the life of its file, and they must not rise then: {@link #nextMaimed} has them.
   */
  void recovered() {
    recovering = false;
    Map.copyOf(chains)
        .forEach((head, chain) -> {
          boolean hasEnds = chain.headSeen && chain.lastSeen;
          if (hasEnds && reachesOverHole(head, Collections.max(chain.further))) {
            maimed.add(new Maimed(head, chain.lane));
            drop(head, chain);
          } else if (!hasEnds) {
            drop(head, chain);
          }
        });
  }

  /**
   * Parts are written, and later copied, in their order. So the others lie between the first and
   * the last; or the first was copied and the last was not, and then they lie behind the one or
   * before the other.
   */
  private boolean reachesOverHole(long head, long end) {
    long first = location(head);
    long last = location(end);
    return first < last
        ? log.holeBetween(first, last)
        : log.holeBetween(0, last) || log.holeBetween(first, Long.MAX_VALUE);
  }

  /** One of the messages that were forgotten for a hole, until it is taken off; null for none. */
  @Nullable Maimed nextMaimed() {
    return maimed.peek();
  }

  /** The log says by now that it is forgotten. */
  void removeMaimed() {
    maimed.remove();
  }

  private void drop(long head, Chain chain) {
    if (chain.headSeen) {
      remove(head, chain.lane);
    } else {
      chain.further.forEach(this::clear);
      chains.remove(head);
    }
  }

  private void message(Segment segment, ByteBuffer bytes, int at) {
    long lsn = RecordFormat.lsn(bytes, at);
    long origin = RecordFormat.origin(bytes, at);
    long head = RecordFormat.head(bytes, at);
    boolean known = isLive(origin);
    boolean copy = lsn != origin;
    boolean lateForHead = head != origin && !chains.containsKey(head);
    if (!recovering && (copy ? !known : lateForHead)) {
      // Forgotten while this was on its way.
      return;
    }
    if (known) {
      clear(origin);
    }
    if (copy) {
      copies.put(origin, lsn);
    }
    segment.added(lsn);
    if (!known) {
      register(origin, head, RecordFormat.more(bytes, at), RecordFormat.lane(bytes, at));
    }
    int attempt = RecordFormat.attempt(bytes, at);
    if (attempt > 0) {
      tried(head, attempt);
    }
  }

  private void register(long origin, long head, boolean more, Lane lane) {
    if (origin == head) {
      perLane.merge(lane, 1, Integer::sum);
      if (!more) {
        return;
      }
    }
    Chain chain = chains.computeIfAbsent(head, _ -> new Chain(lane));
    if (origin == head) {
      chain.headSeen = true;
    } else {
      chain.further.add(origin);
      chain.lastSeen |= !more;
    }
  }

  private void tried(long message, int attempt) {
    if (isLive(message)) {
      attempts.merge(message, attempt, Math::max);
    }
  }

  private void died(ByteBuffer bytes, int at) {
    long message = RecordFormat.word(bytes, at, 0);
    if (isLive(message)) {
      byte[] reason = new byte[RecordFormat.length(bytes, at) - Long.BYTES];
      bytes.get(at + RecordFormat.HEADER + Long.BYTES, reason);
      dead.put(
          message,
          new Dead(
              message,
              RecordFormat.lane(bytes, at),
              RecordFormat.attempt(bytes, at),
              new String(reason, StandardCharsets.UTF_8)));
    }
  }

  private void remove(long message, Lane lane) {
    if (!isLive(message)) {
      return;
    }
    clear(message);
    Chain chain = chains.remove(message);
    if (chain != null) {
      chain.further.forEach(this::clear);
    }
    attempts.remove(message);
    dead.remove(message);
    perLane.merge(lane, -1, Integer::sum);
  }

  private void clear(long origin) {
    long location = location(origin);
    Segment segment = log.segmentOf(location);
    if (segment != null && segment.isLive(location)) {
      segment.removed(location);
    }
    copies.remove(origin);
  }

  /** The lsn under which the part lies in the log now. */
  long location(long origin) {
    return copies.getOrDefault(origin, origin);
  }

  boolean isLive(long origin) {
    long location = location(origin);
    Segment segment = log.segmentOf(location);
    return segment != null && segment.isLive(location);
  }

  /** Whether all parts of the message are there. */
  boolean isComplete(long message) {
    Chain chain = chains.get(message);
    return chain == null || chain.lastSeen;
  }

  /** The lsns by which the message's parts are known, in order. */
  List<Long> partsOf(long message) {
    Chain chain = chains.get(message);
    List<Long> all = new ArrayList<>();
    all.add(message);
    if (chain != null) {
      chain.further.stream().sorted().forEach(all::add);
    }
    return all;
  }

  /** The last attempt that was begun; 0 before the first. */
  int attempt(long message) {
    return attempts.getOrDefault(message, 0);
  }

  /** The dead message that was decided on first, or null. */
  @Nullable Dead nextDead() {
    return dead.isEmpty() ? null : dead.firstEntry().getValue();
  }

  /** What is known of a dead message that has not been moved yet, or null if it is not dead. */
  @Nullable Dead dead(long message) {
    return dead.get(message);
  }

  boolean isDead(long message) {
    return dead.containsKey(message);
  }

  /** Messages of the lane, incomplete ones included. */
  int count(Lane lane) {
    return perLane.getOrDefault(lane, 0);
  }

  int count() {
    return perLane.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Channels that are still owed something. */
  boolean owes(int channel) {
    return count(new Lane(channel, false)) + count(new Lane(channel, true)) > 0;
  }

  /** Messages behind {@code after} that were copied, in the order they were accepted. */
  NavigableMap<Long, Long> copiesBehind(long after) {
    return copies.tailMap(after, false);
  }

  int copyCount() {
    return copies.size();
  }

  /** An lsn of the dead-letter log that was durable when a message was said to be moved there. */
  long movedTo() {
    return movedTo;
  }

  /** Whether the last thing in the log is that its writer ended in order. */
  boolean closed() {
    return closed;
  }
}
