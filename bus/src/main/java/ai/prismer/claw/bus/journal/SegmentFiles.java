package ai.prismer.claw.bus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of one log, of which those that hold nothing wait here to be used. Used by the writer
 * thread only.
 *
 * <p>Files are filled with zeros before they are used, so that a commit changes no metadata and a
 * full file system is found out before anything was accepted. They are handed out in the order in
 * which they were given back, so that of two former lives the older one is overwritten first: what
 * can be read after a crash has no hole in it.
 */
final class SegmentFiles {
  /** Bytes of zeros written at a time, so that no commit waits for a whole file. */
  private static final int SLICE = 512 * 1024;

  private final Disk disk;
  private final String prefix;
  private final int segmentBytes;
  private final Deque<Segment> free = new ArrayDeque<>();
  private int nextName;
  private long forces;

  private @Nullable Segment growing;
  private int grown;

  /** Lives as long as a file is prepared: direct memory is freed when it pleases. */
  private ByteBuffer zeros = ByteBuffer.allocateDirect(0);

  SegmentFiles(Disk disk, String prefix, int segmentBytes) {
    this.disk = disk;
    this.prefix = prefix;
    this.segmentBytes = segmentBytes;
  }

  /**
   * Opens what a former process left.
   *
   * @return the files that were in use, in no order
   */
  List<Segment> open() throws IOException {
    List<Segment> used = new ArrayList<>();
    for (String name : disk.list().stream().filter(n -> n.startsWith(prefix)).sorted().toList()) {
      Segment segment = adopt(name);
      if (segment != null) {
        used.add(segment);
      }
    }
    return used;
  }

  /** The file if it was in use; otherwise it is free now, or gone. */
  private @Nullable Segment adopt(String name) throws IOException {
    Disk.File file = disk.open(name);
    nextName = Math.max(nextName, Integer.parseInt(name.substring(prefix.length())) + 1);
    if (file.size() < SegmentHeader.AREA + RecordFormat.HEADER) {
      // Only a file that was never finished is that short.
      delete(name, file);
      return null;
    }
    // What a killed writer left in the page cache goes to the device now or never; what a failed
    // sync left there is not on the device, and must not be read as if it were.
    file.force();
    ByteBuffer area = ByteBuffer.allocateDirect(SegmentHeader.AREA + RecordFormat.HEADER);
    file.readDevice(area, 0);
    @Nullable SegmentHeader first = SegmentHeader.decode(area.slice(0, SegmentHeader.SLOT));
    @Nullable SegmentHeader second =
        SegmentHeader.decode(area.slice(SegmentHeader.SLOT, SegmentHeader.SLOT));
    if (first == null && second == null) {
      adoptUnfinished(name, file, area);
      return null;
    }
    boolean useSecond = first == null || (second != null && second.sequence() > first.sequence());
    SegmentHeader header = useSecond ? second : first;
    if (header == null) {
      throw new IllegalStateException("no header was chosen for " + name);
    }
    Segment segment =
        new Segment(name, file, Math.toIntExact(file.size()), useSecond ? 1 : 0, header);
    if (header.sequence() > 0) {
      return segment;
    }
    if (!isZero(area, SegmentHeader.AREA, RecordFormat.HEADER)) {
      throw new CorruptJournalException(name, SegmentHeader.SLOT, "records without a header");
    }
    giveBack(segment);
    return null;
  }

  private void adoptUnfinished(String name, Disk.File file, ByteBuffer area) throws IOException {
    // The first life's header is in the second slot, its records behind; without both there was
    // none.
    if (!isZero(area, SegmentHeader.SLOT, area.capacity() - SegmentHeader.SLOT)) {
      throw new CorruptJournalException(name, 0, "neither of its headers can be read");
    }
    delete(name, file);
  }

  private void delete(String name, Disk.File file) throws IOException {
    file.close();
    disk.delete(name);
    disk.syncDirectory();
  }

  private static boolean isZero(ByteBuffer bytes, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (bytes.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Prepares one slice of a new file.
   *
   * @return whether there is a free file now
   */
  boolean grow() throws IOException {
    Segment target = growing;
    if (target == null) {
      String name = "%s%06d".formatted(prefix, nextName++);
      target = new Segment(name, disk.create(name), segmentBytes, 0, SegmentHeader.UNUSED);
      growing = target;
      grown = 0;
      zeros = ByteBuffer.allocateDirect(SLICE);
    }
    try {
      if (grown < segmentBytes) {
        int step = Math.min(SLICE, segmentBytes - grown);
        target.file.write(zeros.slice(0, step), grown);
        target.file.force();
        forces++;
        grown += step;
        return false;
      }
      disk.syncDirectory();
      target.file.write(SegmentHeader.UNUSED.encode(), 0);
      target.file.force();
      forces++;
    } catch (IOException full) {
      discard(target, full);
      throw full;
    }
    grew();
    free.add(target);
    return true;
  }

  private void grew() {
    growing = null;
    zeros = ByteBuffer.allocateDirect(0);
  }

  /** Gives back what a full disk let us have. */
  private void discard(Segment target, IOException cause) {
    grew();
    try {
      delete(target.name, target.file);
    } catch (IOException also) {
      cause.addSuppressed(also);
    }
  }

  /** Takes a free file, prepared here and now if there is none. */
  Segment take() throws IOException {
    while (free.isEmpty()) {
      grow();
    }
    return free.remove();
  }

  /** Whether {@link #giveBack} would keep the file. */
  boolean reusable(Segment segment) {
    return segment.capacity == segmentBytes;
  }

  /** Keeps the file for another life, or removes it if files have another size by now. */
  void giveBack(Segment segment) throws IOException {
    if (reusable(segment)) {
      free.add(segment);
    } else {
      delete(segment.name, segment.file);
    }
  }

  int freeCount() {
    return free.size();
  }

  boolean growing() {
    return growing != null;
  }

  long forces() {
    return forces;
  }

  void close() throws IOException {
    for (Segment segment : free) {
      segment.file.close();
    }
    if (growing != null) {
      growing.file.close();
    }
  }
}
