package ai.prismer.claw.bus.crash;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A file system on a disk with a volatile cache, both of which lose their memory when the power is
 * cut. The kernel does all of it; nothing is simulated.
 *
 * <pre>
 *  folder/mount        ext4 of the program under test      its page cache: the machine's memory
 *    loop device
 *  folder/disk/image   a file, zero-filled and synced      its page cache: the disk's own cache
 *  folder/disk         ext4
 *    loop device
 *  folder/platter      a file that is never lost
 * </pre>
 *
 * <p>A sync above reaches the loop device as a flush, which is a sync of {@code image}, which puts
 * its pages on the platter. A cut ends the lower file system at once ({@link
 * FileSystemCalls#shutDown}): what was written above and never synced, and what the disk took and
 * was never told to keep, is gone with the pages that held it. Before it, each of the two takes any
 * of its dirty pages, as a kernel and a disk may at any moment and in any order; what was not
 * synced is therefore torn, not just absent.
 *
 * <p>Needs root, ext4 and loop devices. Mounts are those of this process's namespace.
 */
final class PowerCutDisk implements AutoCloseable {
  private static final int PAGE = 4096;
  private static final int MIB = 1024 * 1024;
  private static final int IMAGE_MIB = 160;
  private static final int PLATTER_MIB = 224;
  private static final int TRIES = 100;

  private final Random random;
  private final Path platter;
  private final Path disk;
  private final Path image;
  private final Path mount;

  /** Makes both file systems in {@code folder}; nothing is mounted yet. */
  PowerCutDisk(Path folder, Random random) throws IOException, InterruptedException {
    this.random = random;
    this.platter = folder.resolve("platter");
    this.disk = Files.createDirectories(folder.resolve("disk"));
    this.image = disk.resolve("image");
    this.mount = Files.createDirectories(folder.resolve("mount"));
    try (RandomAccessFile file = new RandomAccessFile(platter.toFile(), "rw")) {
      file.setLength((long) PLATTER_MIB * MIB);
    }
    run("mkfs.ext4", "-q", "-F", platter.toString());
    run("mount", "-o", "loop", platter.toString(), disk.toString());
    // Filled, so that a page that is lost later shows what was there before and not a hole.
    try (FileChannel channel =
        FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int i = 0; i < IMAGE_MIB; i++) {
        channel.write(ByteBuffer.allocate(MIB));
      }
    }
    run("mkfs.ext4", "-q", "-F", "-E", "nodiscard", image.toString());
    run("umount", disk.toString());
  }

  /** Where the program under test may write. */
  Path folder() {
    return mount;
  }

  /** Switches it on: both file systems find out for themselves what they have lost. */
  void mount() throws IOException, InterruptedException {
    run("mount", "-o", "loop", platter.toString(), disk.toString());
    run("mount", "-o", "loop,nodiscard", image.toString(), mount.toString());
  }

  /** Cuts the power, whatever is going on. Nothing can be written or synced from then on. */
  void cut() throws IOException {
    try (Stream<Path> files = Files.walk(mount)) {
      files.filter(Files::isRegularFile).forEach(this::takeSome);
    }
    takeSome(image);
    try (FileSystemCalls calls = new FileSystemCalls(disk)) {
      calls.shutDown();
    }
  }

  /** Any of the dirty pages go one level down. */
  private void takeSome(Path file) {
    int percent = random.nextInt(101);
    try (FileSystemCalls calls = new FileSystemCalls(file)) {
      long size = Files.size(file);
      for (long at = 0; at < size; at += PAGE) {
        if (random.nextInt(100) < percent) {
          calls.writeBack(at, PAGE);
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Takes it away; no process may use it any more. */
  void unmount() throws IOException, InterruptedException {
    for (Path each : List.of(mount, disk)) {
      // The kernel closes a killed process's files, and detaches a loop device, a moment later.
      for (int left = TRIES; attempt("umount", each.toString()) != 0; left--) {
        if (left == 0) {
          throw new IOException(each + " stays busy");
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    if (attempt(command) != 0) {
      throw new IOException(String.join(" ", command) + " failed; this needs root, ext4 and loop");
    }
  }

  private static int attempt(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Override
  public void close() throws IOException {
    for (Path each : List.of(mount, disk)) {
      try {
        int ignored = attempt("umount", "--lazy", each.toString());
      } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
      }
    }
    Files.delete(platter);
    Files.delete(disk);
    Files.delete(mount);
  }
}
