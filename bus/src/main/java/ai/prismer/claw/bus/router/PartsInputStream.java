package ai.prismer.claw.bus.router;

import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** The bytes of a message in parts, one of which is in memory at a time. Blocks while it reads. */
final class PartsInputStream extends InputStream {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Journal journal;
  private final List<Long> parts;
  private final ByteBuffer last;
  private int next;
  private ByteBuffer current = NOTHING;

  /**
   * @param parts lsns of parts that are committed
   * @param last bytes that follow them
   */
  PartsInputStream(Journal journal, List<Long> parts, ByteBuffer last) {
    this.journal = journal;
    this.parts = parts;
    this.last = last;
  }

  @Override
  public int read() throws IOException {
    return advance() ? current.get() & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!advance()) {
      return -1;
    }
    int count = Math.min(length, current.remaining());
    current.get(target, offset, count);
    return count;
  }

  private boolean advance() throws IOException {
    while (!current.hasRemaining()) {
      if (next > parts.size()) {
        return false;
      }
      current = next == parts.size() ? last : fetch(journal, parts.get(next));
      next++;
    }
    return true;
  }

  /**
   * Reads one part; waits for the journal's thread.
   *
   * @throws IOException when it is gone: the message was answered for meanwhile
   */
  static ByteBuffer fetch(Journal journal, long lsn) throws IOException {
    try {
      Optional<Part> part = journal.part(lsn).get();
      return part.orElseThrow(() -> new IOException("part " + lsn + " is gone")).content();
    } catch (ExecutionException failed) {
      throw new IOException("part " + lsn + " cannot be read", failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }
}
