package ai.prismer.claw.bus.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Answers the kubelet and the metrics' collector: GET of a few paths, one answer a connection.
 *
 * <p>The JDK's own HTTP server would do, and would cost a module and its threads for four paths.
 * Whoever connects and says nothing is cut off, and of those that talk at once there is a bound.
 */
public final class HealthServer implements AutoCloseable {
  private static final int LONGEST_REQUEST = 8 * 1024;
  private static final int AT_ONCE = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * An answer.
   *
   * @param status of HTTP
   * @param text its body
   */
  public record Answer(int status, String text) {}

  private final ServerSocket listener;
  private final Map<String, Supplier<Answer>> paths;
  private final Semaphore room = new Semaphore(AT_ONCE);

  /**
   * Listens.
   *
   * @param port 0 for any that is free
   * @param paths what each path answers; may wait
   */
  public HealthServer(InetAddress address, int port, Map<String, Supplier<Answer>> paths)
      throws IOException {
    this.paths = Map.copyOf(paths);
    this.listener = new ServerSocket();
    listener.bind(new InetSocketAddress(address, port), 64);
    Thread.ofPlatform().daemon().name("health").start(this::accept);
  }

  /** Where it listens. */
  public int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket peer = listener.accept();
        if (room.tryAcquire()) {
          Thread.ofVirtual().start(() -> serve(peer));
        } else {
          peer.close();
        }
      } catch (IOException closed) {
        // Either the end, or a peer that was gone before it was looked at.
      }
    }
  }

  private void serve(Socket peer) {
    try (peer) {
      peer.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      Answer answer = answer(readLine(peer.getInputStream()));
      byte[] body = answer.text().getBytes(StandardCharsets.UTF_8);
      OutputStream out = peer.getOutputStream();
      String head =
          """
          HTTP/1.1 %d %s
          Content-Type: text/plain; version=0.0.4; charset=utf-8
          Content-Length: %d
          Connection: close

          """
              .formatted(answer.status(), answer.status() == 200 ? "OK" : "No", body.length);
      out.write(head.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      out.flush();
    } catch (IOException gone) {
      // Nobody is left to be told.
    } finally {
      room.release();
    }
  }

  /** The request's first line; the rest is read, for a socket closed on unread bytes resets. */
  private static String readLine(InputStream in) throws IOException {
    StringBuilder all = new StringBuilder();
    while (all.indexOf("\r\n\r\n") < 0 && all.indexOf("\n\n") < 0) {
      int next = in.read();
      if (next < 0 || all.length() == LONGEST_REQUEST) {
        throw new IOException("not a request");
      }
      all.append((char) next);
    }
    return all.substring(0, all.indexOf("\n")).strip();
  }

  private Answer answer(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != 3 || !words[2].toUpperCase(Locale.ROOT).startsWith("HTTP/1.")) {
      return new Answer(400, "not a request\n");
    }
    if (!words[0].equals("GET")) {
      return new Answer(405, "only GET\n");
    }
    int query = words[1].indexOf('?');
    Supplier<Answer> found = paths.get(query < 0 ? words[1] : words[1].substring(0, query));
    return found == null ? new Answer(404, "no such path\n") : found.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
