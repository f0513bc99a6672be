package ai.prismer.claw.bus.bridge;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** As much of a WebSocket server (RFC 6455) as a runtime needs, written apart from the client. */
final class WebSocketRuntime implements AutoCloseable {
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final String END = "";
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final ServerSocket listener;

  WebSocketRuntime() throws IOException {
    this(0);
  }

  /**
   * @param port to listen on, or 0 for a free one
   */
  WebSocketRuntime(int port) throws IOException {
    listener = new ServerSocket(port, 8, InetAddress.getLoopbackAddress());
  }

  URI address() {
    return URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/");
  }

  Peer accept() throws Exception {
    Peer peer = accept(_ -> SWITCHING_PROTOCOLS);
    if (peer == null) {
      throw new AssertionError("nobody was refused");
    }
    return peer;
  }

  /**
   * The next connection; null if it was refused.
   *
   * @param verdict the status that a request is answered with
   */
  @Nullable Peer accept(ToIntFunction<String> verdict) throws Exception {
    Socket socket = listener.accept();
    DataInputStream in = new DataInputStream(socket.getInputStream());
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    int status = verdict.applyAsInt(head.toString());
    if (status == SWITCHING_PROTOCOLS) {
      return new Peer(socket, in, head.toString());
    }
    socket
        .getOutputStream()
        .write(
            ("HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    socket.close();
    return null;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  /** One connection of the bus. */
  static final class Peer implements AutoCloseable {
    final String request;
    private final Socket socket;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    Peer(Socket socket, DataInputStream in, String request) throws Exception {
      this.socket = socket;
      this.request = request;
      String key = request.split("(?i)Sec-WebSocket-Key: ", -1)[1].split("\r", -1)[0];
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
      socket
          .getOutputStream()
          .write(
              ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      + "Sec-WebSocket-Accept: "
                      + Base64.getEncoder().encodeToString(hash)
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      Thread.ofVirtual().start(() -> read(in));
    }

    private void read(DataInputStream in) {
      try {
        java.io.ByteArrayOutputStream message = new java.io.ByteArrayOutputStream();
        while (true) {
          int first = in.readUnsignedByte();
          int second = in.readUnsignedByte() & 0x7F;
          long length =
              second == 126 ? in.readUnsignedShort() : second == 127 ? in.readLong() : second;
          byte[] mask = in.readNBytes(4);
          byte[] bytes = in.readNBytes((int) length);
          for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= mask[i % 4];
          }
          int code = first & 0xF;
          if (code == 8) {
            throw new EOFException();
          } else if (code == 9) {
            write(0x8A, bytes);
          } else if (code <= 1) {
            message.writeBytes(bytes);
            if ((first & 0x80) != 0) {
              received.add(message.toString(StandardCharsets.UTF_8));
              message.reset();
            }
          }
        }
      } catch (IOException gone) {
        // The test that closed it knows.
      } finally {
        received.add(END);
      }
    }

    /** What the bus sends next, whenever that is; null if the connection is over. */
    @Nullable String take() throws InterruptedException {
      String text = received.take();
      return text.equals(END) ? null : text;
    }

    String next() throws InterruptedException {
      String text = received.poll(20, TimeUnit.SECONDS);
      if (text == null || text.equals(END)) {
        throw new AssertionError("the bus sent nothing");
      }
      return text;
    }

    void send(String text) throws IOException {
      write(0x81, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Closes as the RFC wants it, right behind what was sent. */
    void end() throws IOException {
      write(0x88, new byte[] {0x03, (byte) 0xE8});
      close();
    }

    private synchronized void write(int first, byte[] bytes) throws IOException {
      ByteBuffer head = ByteBuffer.allocate(10).put((byte) first);
      if (bytes.length < 126) {
        head.put((byte) bytes.length);
      } else if (bytes.length < 65_536) {
        head.put((byte) 126).putShort((short) bytes.length);
      } else {
        head.put((byte) 127).putLong(bytes.length);
      }
      OutputStream out = socket.getOutputStream();
      out.write(head.array(), 0, head.position());
      out.write(bytes);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
