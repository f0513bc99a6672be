package ai.prismer.claw.bus.router;

import ai.prismer.claw.bus.journal.Journal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A frame that comes in parts, as far as it lies in the journal. Without its last part it is no
 * message, and what lies there is forgotten when it is {@linkplain #abandon abandoned} or the
 * process ends. Loop's thread.
 */
final class PartedFrame {
  private final Journal journal;
  private final BusLane lane;
  private final List<Long> parts = new ArrayList<>();
  private @Nullable Arrival arrival;
  private int bytes;

  /** Of which nothing has come yet. */
  PartedFrame(Journal journal, BusLane lane) {
    this.journal = journal;
    this.lane = lane;
  }

  BusLane lane() {
    return lane;
  }

  /** Bytes that came so far. */
  int bytes() {
    return bytes;
  }

  /** So many bytes came, whether or not they can be appended at once. */
  void came(int length) {
    bytes += length;
  }

  /** Lsns of the parts that were appended. */
  List<Long> parts() {
    return List.copyOf(parts);
  }

  /** Appends a part that is not the last. */
  void append(ByteBuffer part) throws IOException {
    long head = parts.isEmpty() ? 0 : parts.getFirst();
    parts.add(journal.append(lane.lane(), head, true, part));
    if (head == 0) {
      arrival = lane.begun();
    }
  }

  /** Appends the last part, after others, and returns its lsn. */
  long finish(String id, ByteBuffer last) throws IOException {
    Arrival ends = begun();
    long lsn = journal.append(lane.lane(), parts.getFirst(), false, last);
    ends.finished(id, lsn);
    return lsn;
  }

  /** The rest will not come, or is not wanted. */
  void abandon() throws IOException {
    if (!parts.isEmpty()) {
      begun().abandoned();
      journal.acknowledge(lane.lane(), parts.getFirst());
    }
  }

  private Arrival begun() {
    Arrival present = arrival;
    if (present == null) {
      throw new IllegalStateException("no part was appended");
    }
    return present;
  }
}
