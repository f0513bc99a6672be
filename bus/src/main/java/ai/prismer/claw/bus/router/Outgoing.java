package ai.prismer.claw.bus.router;

import ai.prismer.claw.bus.framing.PayloadReader;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.contract.Envelope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One attempt to deliver one message, as who delivers it sees it.
 *
 * @param message lsn by which it is known
 * @param lane where it is going
 * @param serial tells it from every other attempt of the lane in this process
 * @param attempt number of this attempt, from 1; one that reached nobody does not count
 * @param envelope what the bus reads of it
 * @param body its bytes
 */
public record Outgoing(
    long message, BusLane lane, long serial, int attempt, Envelope envelope, Body body) {
  /** What a channel needs to put an answer where the question was. */
  private static final List<String> PLACE = List.of("thread", "user", "channel");

  /** Longest value of {@link #address}. */
  private static final int LONGEST_VALUE = 1024;

  /**
   * Where in the channel the message came from: the short plain values of its payload, such as
   * thread and user, that an answer has to bear to be put there.
   */
  public Map<String, String> address() {
    return switch (body) {
      case Whole whole -> {
        try (InputStream frame = whole.open()) {
          yield shortValues(frame);
        } catch (IOException unreadable) {
          yield Map.of();
        }
      }
      case Parted parted -> parted.address;
    };
  }

  /** Of {@link #address}, what an answer bears. */
  public Map<String, String> place() {
    Map<String, String> place = new LinkedHashMap<>(address());
    place.keySet().retainAll(PLACE);
    return place;
  }

  private static Map<String, String> shortValues(InputStream frame) throws IOException {
    Map<String, String> values = new HashMap<>(PayloadReader.read(frame));
    values.values().removeIf(value -> value.length() > LONGEST_VALUE);
    return values;
  }

  /** The bytes of a message, in memory or, part by part, on disk. */
  public sealed interface Body {
    /** Bytes in all. */
    int length();

    /** Reads them; may wait for the disk, so not on the loop's thread unless {@link Whole}. */
    InputStream open();
  }

  /** A message in one piece. */
  public record Whole(ByteBuffer content) implements Body {
    @Override
    public int length() {
      return content.remaining();
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(bytes());
    }

    /** A copy. */
    public byte[] bytes() {
      byte[] bytes = new byte[content.remaining()];
      content.get(content.position(), bytes);
      return bytes;
    }
  }

  /** A message in parts, of which only the last one is held. */
  public static final class Parted implements Body {
    private final Journal journal;
    private final List<Long> earlier;
    private final ByteBuffer last;
    private final int length;
    private Map<String, String> address = Map.of();

    private Parted(Journal journal, List<Long> earlier, ByteBuffer last, int length) {
      this.journal = journal;
      this.earlier = earlier;
      this.last = last;
      this.length = length;
    }

    /**
     * Looks up a message that is owed; waits for the disk.
     *
     * @param firstBytes bytes of its first part, and so of all parts but the last
     */
    static Parted find(Journal journal, List<Long> parts, int firstBytes) throws IOException {
      ByteBuffer last = PartsInputStream.fetch(journal, parts.getLast());
      int length = firstBytes * (parts.size() - 1) + last.remaining();
      Parted found = new Parted(journal, parts.subList(0, parts.size() - 1), last, length);
      try (InputStream frame = found.open()) {
        found.address = shortValues(frame);
      }
      return found;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public InputStream open() {
      return new PartsInputStream(journal, earlier, last.duplicate());
    }
  }
}
