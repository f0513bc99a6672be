package ai.prismer.claw.bus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * All that the journal asks of a file system: one flat folder of files of fixed size.
 *
 * <p>Small on purpose. Everything a disk may do to the journal has to come through here, so a
 * simulated disk that implements this interface can do all of it. Used by one thread.
 */
public interface Disk {
  /** Names of all files, in no order. */
  List<String> list() throws IOException;

  /** Makes an empty file. Its name lasts only after {@link #syncDirectory}. */
  File create(String name) throws IOException;

  /** Opens a file that exists. */
  File open(String name) throws IOException;

  /** Removes a file, open or not. Lasts only after {@link #syncDirectory}. */
  void delete(String name) throws IOException;

  /** Makes creations and removals last. */
  void syncDirectory() throws IOException;

  /** One file. */
  interface File extends AutoCloseable {
    /** Bytes in the file, as far as this process sees them. */
    long size() throws IOException;

    /** Writes all of {@code bytes}. Lasts only after {@link #force}. */
    void write(ByteBuffer bytes, long position) throws IOException;

    /** Fills {@code bytes} or fails. */
    void read(ByteBuffer bytes, long position) throws IOException;

    /**
     * The same, from the device itself, past the page cache. After a failed sync the page cache
     * shows what was written while the device holds something else, and it is the device that
     * survives.
     */
    void readDevice(ByteBuffer bytes, long position) throws IOException;

    /**
     * Makes what was written last.
     *
     * @throws IOException when it did not; the file must not be forced again by this process, for
     *     the next call may report success for data that is lost
     */
    void force() throws IOException;

    @Override
    void close() throws IOException;
  }
}
