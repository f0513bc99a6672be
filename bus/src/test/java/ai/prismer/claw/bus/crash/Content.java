package ai.prismer.claw.bus.crash;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;

/** What a message says; the victim and the books work it out from its id, each on its own. */
final class Content {
  private static final int ID = 32;

  private Content() {}

  /** The bytes of message {@code id}: the id, then up to 4 KiB, at times 100 KiB, of noise. */
  static byte[] of(String id) {
    Random random = new Random(id.hashCode());
    byte[] noise = new byte[random.nextInt(50) == 0 ? 100_000 : random.nextInt(4096)];
    random.nextBytes(noise);
    byte[] name = id.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(ID + noise.length).put(name).put(ID, noise).array();
  }

  /** The same for a wire that carries text: up to 2,000 letters, at times 300,000. */
  static String text(String id) {
    Random random = new Random(id.hashCode());
    int length = random.nextInt(100) == 0 ? 300_000 : random.nextInt(2000);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  /** The id at the head of a message. */
  static String idOf(byte[] content) {
    return new String(content, 0, ID, StandardCharsets.US_ASCII).trim();
  }

  static long crc(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return crc.getValue();
  }
}
