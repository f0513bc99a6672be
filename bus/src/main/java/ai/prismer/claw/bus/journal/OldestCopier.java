package ai.prismer.claw.bus.journal;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Frees the oldest segment by copying to the head of the log what is still owed in it.
 *
 * <p>One message that nobody collects pins its segment and, since segments are freed oldest first,
 * all behind it: the disk fills with things that nobody is owed. Used by the writer thread only,
 * when the disk is nearly full.
 */
final class OldestCopier {
  /** Copies are known by an object each, so there is an end to them; 16,384 cost 2 MiB. */
  private static final int MOST_COPIES = 16_384;

  /** Copying pays only while a good part of the disk holds nothing that is owed. */
  private static final double COPY_BELOW_LIVE = 0.6;

  private final SegmentedLog log;
  private final LiveMessages live;
  private final LogReader reader;
  private final InstantSource clock;
  private final int stepBytes;

  OldestCopier(
      SegmentedLog log, LiveMessages live, LogReader reader, InstantSource clock, int stepBytes) {
    this.log = log;
    this.live = live;
    this.reader = reader;
    this.clock = clock;
    this.stepBytes = stepBytes;
  }

  /** Copies what is still owed in the oldest segment, as much as fits into the next commit. */
  boolean step(GroupCommit commits) throws IOException {
    if (log.used().size() < 2
        || liveFraction() > COPY_BELOW_LIVE
        || live.copyCount() >= MOST_COPIES) {
      return false;
    }
    Segment oldest = log.used().getFirst();
    List<Part> parts = new ArrayList<>();
    int[] budget = {stepBytes};
    reader.walk(
        oldest,
        oldest.header.firstLsn(),
        (window, at, lsn) -> {
          if (RecordFormat.type(window, at) != RecordType.MSG || !oldest.isLive(lsn)) {
            return true;
          }
          if (!live.isComplete(RecordFormat.head(window, at))) {
            return false;
          }
          parts.add(Part.copyOf(window, at, live.attempt(RecordFormat.head(window, at))));
          budget[0] -= RecordFormat.size(window, at);
          return budget[0] > 0;
        });
    int[] copied = {0};
    commits.join(batch -> copied[0] = copy(parts, batch));
    return copied[0] > 0;
  }

  private int copy(List<Part> parts, Batch batch) {
    // What was said of a message and is on its way would stand before the copy, and be lost with
    // the
    // original: an acknowledged message would come back.
    Set<Long> subjects = batch.subjects();
    int copied = 0;
    for (Part part : parts) {
      LiveMessages.Dead dead = live.dead(part.head());
      int remark = dead == null ? 0 : RecordFormat.size(Long.BYTES + dead.remark().length);
      int payload = RecordFormat.MESSAGE_PREFIX + part.content().remaining() + remark;
      if (subjects.contains(part.head()) || !batch.fits(payload)) {
        break;
      }
      batch.message(
          part.lane(),
          part.more(),
          part.attempts(),
          part.timestamp(),
          part.origin(),
          part.head(),
          part.content());
      copyDeath(part, batch);
      copied++;
    }
    return copied;
  }

  /** The record that says so may be freed together with the original. */
  private void copyDeath(Part part, Batch batch) {
    LiveMessages.Dead dead = part.isHead() ? live.dead(part.head()) : null;
    if (dead != null) {
      batch.about(
          RecordType.DEAD,
          dead.lane(),
          dead.message(),
          dead.attempt(),
          clock.millis(),
          dead.remark());
    }
  }

  private double liveFraction() {
    double all = 0;
    double owed = 0;
    for (Segment segment : log.used()) {
      all += segment == log.head() ? segment.end : segment.capacity;
      owed += (double) segment.end * segment.liveCount() / Math.max(1, segment.messageCount());
    }
    return owed / all;
  }
}
