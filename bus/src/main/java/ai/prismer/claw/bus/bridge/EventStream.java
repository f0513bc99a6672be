package ai.prismer.claw.bus.bridge;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads server-sent events (WHATWG HTML, 9.2) as they come. Data is handed on in pieces, so an
 * event of any length costs one buffer; names and ids are cut at 1 KiB.
 */
final class EventStream {
  private static final int PIECE = 16 * 1024;
  private static final int LONGEST_FIELD = 1024;

  /** Told what is read. */
  interface Listener {
    /** A piece of an event's data; lines are joined by a newline. */
    void data(ByteBuffer bytes) throws IOException;

    /**
     * The event is complete.
     *
     * @param name of the event; {@code message} if it has none
     * @param id the last id that was seen, empty if there was none
     */
    void end(String name, String id) throws IOException;
  }

  private final InputStream in;
  private final Listener listener;
  private final ByteBuffer piece = ByteBuffer.allocate(PIECE);
  private final StringBuilder field = new StringBuilder();

  private String name = "";
  private String id = "";
  private boolean hasData;

  EventStream(InputStream in, Listener listener) {
    this.in = new BufferedInputStream(in, PIECE);
    this.listener = listener;
  }

  /** Reads until the stream ends. */
  void read() throws IOException {
    int next = in.read();
    while (next >= 0) {
      next = line(next);
    }
  }

  /** Reads one line, which begins with {@code first}; returns the first byte of the next. */
  private int line(int first) throws IOException {
    int at = first;
    if (isEnd(at)) {
      dispatch();
      return afterEnd(at);
    }
    field.setLength(0);
    while (at >= 0 && at != ':' && !isEnd(at)) {
      if (field.length() < LONGEST_FIELD) {
        field.append((char) at);
      }
      at = in.read();
    }
    String key = field.toString();
    field.setLength(0);
    if (at == ':') {
      at = in.read();
      if (at == ' ') {
        at = in.read();
      }
    }
    boolean isData = key.equals("data");
    if (isData) {
      beginData();
    }
    while (at >= 0 && !isEnd(at)) {
      if (isData) {
        put(at);
      } else if (field.length() < LONGEST_FIELD) {
        field.append((char) at);
      }
      at = in.read();
    }
    finish(key);
    return at < 0 ? at : afterEnd(at);
  }

  private void beginData() throws IOException {
    if (hasData) {
      put('\n');
    }
    hasData = true;
  }

  private void put(int octet) throws IOException {
    piece.put((byte) octet);
    if (!piece.hasRemaining()) {
      flush();
    }
  }

  private void flush() throws IOException {
    if (piece.position() > 0) {
      byte[] bytes = new byte[piece.flip().remaining()];
      piece.get(bytes).clear();
      listener.data(ByteBuffer.wrap(bytes));
    }
  }

  private void finish(String key) {
    String value =
        new String(field.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    if (key.equals("event")) {
      name = value;
    } else if (key.equals("id")) {
      id = value;
    }
  }

  private void dispatch() throws IOException {
    if (hasData) {
      flush();
      listener.end(name.isEmpty() ? "message" : name, id);
    }
    name = "";
    hasData = false;
  }

  private static boolean isEnd(int octet) {
    return octet == '\n' || octet == '\r';
  }

  /** Swallows the second half of CR LF. */
  private int afterEnd(int end) throws IOException {
    if (end != '\r') {
      return in.read();
    }
    int next = in.read();
    return next == '\n' ? in.read() : next;
  }
}
