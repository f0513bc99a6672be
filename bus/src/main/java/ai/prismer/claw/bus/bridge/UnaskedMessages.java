package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.framing.EnvelopeWriter;
import ai.prismer.claw.contract.BusProtocol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the runner says when nobody waits for it: an answer that comes late, or what the agent says
 * by itself. It goes out as a message of its own, whose id follows from the row's, so that a
 * channel does not hear it twice when the bus was stopped before it had marked the row. One thread.
 */
final class UnaskedMessages {
  /** After which what the bus has taken is in its journal. */
  private static final Duration JOURNALLED = Duration.ofSeconds(2);

  private final Mailbox mailbox;
  private final List<String> channels;
  private final EnvelopeWriter writer;
  private final Supplier<BridgeEvents> events;

  /** Rows that are dealt with but not marked yet, and when they were. */
  private final Map<String, Long> taken = new LinkedHashMap<>();

  UnaskedMessages(
      Mailbox mailbox,
      List<String> channels,
      EnvelopeWriter writer,
      Supplier<BridgeEvents> events) {
    this.mailbox = mailbox;
    this.channels = List.copyOf(channels);
    this.writer = writer;
    this.events = events;
  }

  boolean hasTaken(String row) {
    return taken.containsKey(row);
  }

  /** The row is for nobody. */
  void skip(RunnerRows.Said row) {
    taken.put(row.id(), System.nanoTime());
  }

  /**
   * Tells a channel.
   *
   * @param owner the question that the row names; null if it names none
   */
  void tell(RunnerRows.Said row, String words, String channel, Mailbox.@Nullable Asked owner)
      throws IOException {
    if (channels.contains(channel)) {
      Mailbox.Asked late = owner != null && owner.channel().equals(channel) ? owner : null;
      Map<String, String> place = place(row, channel, late);
      byte[] frame =
          writer.write(
              UUID.nameUUIDFromBytes(row.id().getBytes(StandardCharsets.UTF_8)).toString(),
              BusProtocol.MESSAGE,
              channel,
              late == null ? null : late.id(),
              json -> {
                json.writeStringField("text", words);
                for (Map.Entry<String, String> part : place.entrySet()) {
                  json.writeStringField(part.getKey(), part.getValue());
                }
              });
      for (int from = 0; from < frame.length; from += Bridge.PART_BYTES) {
        int size = Math.min(Bridge.PART_BYTES, frame.length - from);
        ByteBuffer part = ByteBuffer.wrap(frame, from, size).slice();
        events.get().frame(part, from == 0, from + size == frame.length).join();
      }
    }
    skip(row);
  }

  /** Where in the channel it belongs: where the question came from, or the conversation is. */
  private Map<String, String> place(
      RunnerRows.Said row, String channel, Mailbox.@Nullable Asked late) throws IOException {
    Mailbox.Asked place =
        late == null && row.session() != null ? mailbox.lastOf(channel, row.session()) : late;
    return place == null ? Map.of() : place.address();
  }

  /** Marks what is in the journal by now. */
  void mark() throws IOException {
    long now = System.nanoTime();
    List<String> old =
        taken.entrySet().stream()
            .filter(entry -> now - entry.getValue() > JOURNALLED.toNanos())
            .map(Map.Entry::getKey)
            .toList();
    if (!old.isEmpty()) {
      mailbox.over(null, old);
      old.forEach(taken::remove);
    }
  }
}
