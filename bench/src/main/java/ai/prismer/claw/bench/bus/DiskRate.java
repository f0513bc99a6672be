package ai.prismer.claw.bench.bus;

import ai.prismer.claw.bus.journal.Disk;
import ai.prismer.claw.bus.journal.FileDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** What the disk can do by itself, for one thread that does nothing else. */
final class DiskRate {
  private static final int KIB = 1024;
  private static final int FILE_BYTES = 16 * KIB * KIB;
  private static final int READ_BYTES = 2 * KIB * KIB;

  private DiskRate() {}

  /** A file that is filled with zeros, so that a write into it changes no metadata. */
  static FileChannel prepared(Path path) throws IOException {
    FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    file.write(ByteBuffer.allocateDirect(FILE_BYTES), 0);
    file.force(true);
    return file;
  }

  /** Writes of {@code kib} KiB into a prepared file in a second, each synced. */
  static double syncs(Path folder, int kib, Duration time) throws IOException {
    try (FileChannel file = prepared(folder.resolve("raw"))) {
      ByteBuffer block = ByteBuffer.allocateDirect(kib * KIB);
      long count = 0;
      long position = 0;
      long start = System.nanoTime();
      while (System.nanoTime() - start < time.toNanos()) {
        file.write(block.clear(), position);
        file.force(false);
        position += block.capacity();
        position = position + block.capacity() > FILE_BYTES ? 0 : position;
        count++;
      }
      return count * 1e9 / (System.nanoTime() - start);
    }
  }

  /** Gigabytes in a second that are read of the files in {@code folder}, past the page cache. */
  static double reads(Path folder) throws IOException {
    FileDisk disk = new FileDisk(folder);
    ByteBuffer window = ByteBuffer.allocateDirect(READ_BYTES);
    long bytes = 0;
    long start = System.nanoTime();
    for (String name : disk.list()) {
      try (Disk.File file = disk.open(name)) {
        for (long at = 0; at + READ_BYTES <= file.size(); at += READ_BYTES) {
          file.readDevice(window.clear(), at);
          bytes += READ_BYTES;
        }
      }
    }
    return bytes / 1e9 / ((System.nanoTime() - start) / 1e9);
  }
}
