package ai.prismer.claw.openclaw.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames apart and puts messages together (RFC 6455, 5).
 *
 * <p>Invariants: a length is checked against the limit before a byte of the payload is read; memory
 * grows only with bytes that arrived; the limit holds for a whole message, in however many
 * fragments it comes. So a peer can make this side hold one message of the allowed size, and no
 * more.
 *
 * <p>Not thread-safe: one thread reads a connection.
 */
final class FrameReader {
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int CONTROL_LIMIT = 125;

  private final InputStream in;
  private @Nullable ByteArrayOutputStream fragments;

  FrameReader(InputStream in) {
    this.in = in;
  }

  /**
   * Waits for the next message.
   *
   * @param limit most bytes of a message
   * @throws ProtocolViolation when the peer breaks the protocol; nothing can be read after that
   */
  Incoming next(int limit) throws IOException, ProtocolViolation {
    while (true) {
      int first = octet();
      int second = octet();
      boolean last = (first & 0x80) != 0;
      int opcode = first & 0x0f;
      require((first & 0x70) == 0, "reserved bits are set");
      require((second & 0x80) != 0, "a client must mask its frames");
      long length = length(second & 0x7f);
      if (opcode >= CLOSE) {
        require(last, "a control frame is fragmented");
        require(length <= CONTROL_LIMIT, "a control frame is too long");
        return control(opcode, payload((int) length));
      }
      String text = data(opcode, last, length, limit);
      if (text != null) {
        return new Incoming.Text(text);
      }
    }
  }

  private @Nullable String data(int opcode, boolean last, long length, int limit)
      throws IOException, ProtocolViolation {
    if (opcode == BINARY) {
      throw new ProtocolViolation(CloseCode.UNSUPPORTED_DATA, "only text is understood here");
    }
    require(opcode == TEXT || opcode == CONTINUATION, "unknown opcode");
    require((opcode == CONTINUATION) == (fragments != null), "fragments are out of order");
    int held = fragments == null ? 0 : fragments.size();
    if (length > limit - held) {
      throw new ProtocolViolation(
          CloseCode.TOO_BIG, "a message may have at most " + limit + " bytes");
    }
    byte[] payload = payload((int) length);
    if (last && fragments == null) {
      return decode(payload);
    }
    if (fragments == null) {
      fragments = new ByteArrayOutputStream();
    }
    fragments.writeBytes(payload);
    if (!last) {
      return null;
    }
    byte[] whole = fragments.toByteArray();
    fragments = null;
    return decode(whole);
  }

  private static Incoming control(int opcode, byte[] payload) throws ProtocolViolation {
    return switch (opcode) {
      case PING -> new Incoming.Ping(ByteBuffer.wrap(payload));
      case PONG -> new Incoming.Pong();
      case CLOSE -> close(payload);
      default -> throw new ProtocolViolation(CloseCode.PROTOCOL_ERROR, "unknown opcode");
    };
  }

  private static Incoming close(byte[] payload) throws ProtocolViolation {
    if (payload.length == 0) {
      return new Incoming.Close(CloseCode.NORMAL);
    }
    require(payload.length > 1, "half a close code");
    int code = ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
    boolean standard = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
    require(standard || (code >= 3000 && code <= 4999), "a close code nobody may send");
    decode(Arrays.copyOfRange(payload, 2, payload.length));
    return new Incoming.Close(code);
  }

  private long length(int field) throws IOException, ProtocolViolation {
    if (field < 126) {
      return field;
    }
    long length = 0;
    for (int i = 0; i < (field == 126 ? 2 : 8); i++) {
      length = (length << 8) | octet();
    }
    require(length >= 0, "the highest bit of a length is set");
    require(length > (field == 126 ? 125 : 0xffff), "a length is not in its shortest form");
    return length;
  }

  private byte[] payload(int length) throws IOException {
    byte[] mask = exactly(4);
    byte[] payload = exactly(length);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i & 3];
    }
    return payload;
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the peer left in the middle of a frame");
    }
    return bytes;
  }

  private int octet() throws IOException {
    int octet = in.read();
    if (octet < 0) {
      throw new EOFException("the peer left without a close frame");
    }
    return octet;
  }

  private static String decode(byte[] utf8) throws ProtocolViolation {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new ProtocolViolation(CloseCode.INVALID_TEXT, "text is no UTF-8");
    }
  }

  private static void require(boolean condition, String otherwise) throws ProtocolViolation {
    if (!condition) {
      throw new ProtocolViolation(CloseCode.PROTOCOL_ERROR, otherwise);
    }
  }
}
