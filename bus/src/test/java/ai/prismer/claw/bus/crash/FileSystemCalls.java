package ai.prismer.claw.bus.crash;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Calls of Linux that Java has no name for, on one file or folder that is open meanwhile. */
final class FileSystemCalls implements AutoCloseable {
  /** {@code EXT4_IOC_SHUTDOWN}, {@code _IOR('X', 125, __u32)}; XFS and others have the same. */
  private static final long SHUTDOWN = 0x8004587DL;

  /** Neither dirty pages nor the file system's own log go to the device any more. */
  private static final int NO_LOG_FLUSH = 2;

  /** {@code SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER}. */
  private static final int WRITE_AND_WAIT = 2 | 4;

  private static final MethodHandle OPEN =
      call("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle CLOSE =
      call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle IOCTL =
      call(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SYNC_FILE_RANGE =
      call(
          "sync_file_range",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

  private final Path path;
  private final int descriptor;

  /** Opens {@code path} for these calls. */
  FileSystemCalls(Path path) throws IOException {
    this.path = path;
    try (Arena arena = Arena.ofConfined()) {
      descriptor = (int) OPEN.invokeExact(arena.allocateFrom(path.toString()), 0);
    } catch (Throwable unexpected) {
      throw new IllegalStateException(unexpected);
    }
    refuse("open", descriptor);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle call(
      String name, FunctionDescriptor shape, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape, options);
  }

  /**
   * Ends the file system at once: what is only in its page cache, or only in the memory of its log,
   * never gets to the device. What xfstests calls {@code godown}.
   */
  void shutDown() throws IOException {
    int result;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment how = arena.allocateFrom(JAVA_INT, NO_LOG_FLUSH);
      result = (int) IOCTL.invokeExact(descriptor, SHUTDOWN, how);
    } catch (Throwable unexpected) {
      throw new IllegalStateException(unexpected);
    }
    refuse("EXT4_IOC_SHUTDOWN", result);
  }

  /** Writes the dirty pages of a range to the device, without asking the device to keep them. */
  void writeBack(long from, long length) throws IOException {
    int result;
    try {
      result = (int) SYNC_FILE_RANGE.invokeExact(descriptor, from, length, WRITE_AND_WAIT);
    } catch (Throwable unexpected) {
      throw new IllegalStateException(unexpected);
    }
    refuse("sync_file_range", result);
  }

  private void refuse(String call, int result) throws IOException {
    if (result < 0) {
      throw new IOException(call + " of " + path + " failed");
    }
  }

  @Override
  public void close() {
    try {
      int ignored = (int) CLOSE.invokeExact(descriptor);
    } catch (Throwable unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }
}
