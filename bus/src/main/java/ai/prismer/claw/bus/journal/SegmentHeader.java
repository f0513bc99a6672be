package ai.prismer.claw.bus.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first words of a segment's life.
 *
 * <p>A file has two slots for headers, used in turn. A new life is written over the older of the
 * two and forced before the first record is, so a torn header leaves the former life readable, and
 * a file in which neither slot can be read was damaged after the fact.
 *
 * @param epoch random; seeds the CRC of every record
 * @param sequence order of segments; 0 is a file that was prepared and never used
 * @param firstLsn lsn of the first record
 * @param durableLsn highest lsn known to be on the device when this life began
 * @param durableElsewhere the same of the dead-letter log; 0 in that log itself
 * @param channels names of the channels' numbers, complete, so that each segment can be read alone
 */
record SegmentHeader(
    int epoch,
    long sequence,
    long firstLsn,
    long durableLsn,
    long durableElsewhere,
    Map<Integer, String> channels) {
  static final int SLOT = 4096;

  /** Where records begin. */
  static final int AREA = 2 * SLOT;

  static final SegmentHeader UNUSED = new SegmentHeader(0, 0, 0, 0, 0, Map.of());

  private static final long MAGIC = 0x434C41574A524E31L; // CLAWJRN1
  private static final int COUNT = 44;
  private static final int FIXED = 46;
  private static final int CRC = SLOT - Integer.BYTES;

  SegmentHeader {
    channels = Map.copyOf(channels);
  }

  ByteBuffer encode() {
    ByteBuffer slot = ByteBuffer.allocateDirect(SLOT);
    slot.putLong(MAGIC).putInt(epoch).putLong(sequence).putLong(firstLsn).putLong(durableLsn);
    slot.putLong(durableElsewhere).putShort((short) channels.size());
    new TreeMap<>(channels)
        .forEach((number, name) -> {
          byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
          if (bytes.length > 255 || slot.position() + 3 + bytes.length > CRC) {
            throw new IllegalArgumentException(
                "the names of " + channels.size() + " channels do not fit into " + SLOT);
          }
          slot.putShort(number.shortValue()).put((byte) bytes.length).put(bytes);
        });
    CRC32C crc = new CRC32C();
    crc.update(slot.slice(0, CRC));
    slot.putInt(CRC, (int) crc.getValue());
    return slot.clear();
  }

  /** The header in this slot, or null if there is none. */
  static @Nullable SegmentHeader decode(ByteBuffer slot) {
    CRC32C crc = new CRC32C();
    crc.update(slot.slice(0, CRC));
    if (slot.getLong(0) != MAGIC || slot.getInt(CRC) != (int) crc.getValue()) {
      return null;
    }
    Map<Integer, String> channels = new TreeMap<>();
    int at = FIXED;
    for (int left = Short.toUnsignedInt(slot.getShort(COUNT)); left > 0; left--) {
      byte[] name = new byte[slot.get(at + 2) & 0xFF];
      slot.get(at + 3, name);
      channels.put(
          Short.toUnsignedInt(slot.getShort(at)), new String(name, StandardCharsets.UTF_8));
      at += 3 + name.length;
    }
    return new SegmentHeader(
        slot.getInt(8),
        slot.getLong(12),
        slot.getLong(20),
        slot.getLong(28),
        slot.getLong(36),
        channels);
  }
}
