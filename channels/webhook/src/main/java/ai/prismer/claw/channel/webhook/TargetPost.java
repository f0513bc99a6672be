package ai.prismer.claw.channel.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One POST to where answers go. The name is resolved here, each time, and the connection made to an
 * address that was looked at: a client that resolves by itself would ask once for the check and
 * once more for the connection, and be told something else. A redirect is not followed.
 */
final class TargetPost {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(15);
  private static final int LONGEST_STATUS = 1024;

  private final URI target;
  private final Map<String, String> headers;
  private final boolean privateTargets;

  /** The name has no address that may be connected to. */
  static final class RefusedAddressException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedAddressException(String host) {
      super(host + " has only private addresses, which allowPrivateTargets does not allow");
    }
  }

  TargetPost(URI target, Map<String, String> headers, boolean privateTargets) {
    this.target = target;
    this.headers = headers;
    this.privateTargets = privateTargets;
  }

  /**
   * Posts.
   *
   * @return the status of the answer
   */
  int send(Map<String, String> more, byte[] body) throws IOException {
    boolean secure = target.getScheme().equalsIgnoreCase("https");
    int port = target.getPort() > 0 ? target.getPort() : secure ? 443 : 80;
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(address(), port), Math.toIntExact(CONNECT.toMillis()));
      plain.setSoTimeout(Math.toIntExact(ANSWER.toMillis()));
      if (!secure) {
        return exchange(plain, more, body);
      }
      try (Socket wrapped = secure(plain, port)) {
        return exchange(wrapped, more, body);
      }
    }
  }

  private InetAddress address() throws IOException {
    String host = target.getHost();
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    List<InetAddress> all = Arrays.asList(InetAddress.getAllByName(bare));
    return all.stream()
        .filter(address -> privateTargets || PublicAddress.is(address))
        .findFirst()
        .orElseThrow(() -> new RefusedAddressException(host));
  }

  private Socket secure(Socket plain, int port) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket = (SSLSocket) factory.createSocket(plain, target.getHost(), port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private int exchange(Socket socket, Map<String, String> more, byte[] body) throws IOException {
    StringBuilder head = new StringBuilder("POST ");
    String path = target.getRawPath();
    head.append(path == null || path.isEmpty() ? "/" : path);
    if (target.getRawQuery() != null) {
      head.append('?').append(target.getRawQuery());
    }
    head.append(" HTTP/1.1\r\nHost: ").append(target.getRawAuthority());
    head.append("\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ");
    head.append(body.length).append("\r\n");
    headers.forEach((name, value) -> line(head, name, value));
    more.forEach((name, value) -> line(head, name, value));
    head.append("\r\n");
    OutputStream out = socket.getOutputStream();
    out.write(head.toString().getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
    return status(socket.getInputStream());
  }

  private static void line(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private static int status(InputStream in) throws IOException {
    long end = System.nanoTime() + 2 * ANSWER.toNanos();
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (line.length() > LONGEST_STATUS || System.nanoTime() - end > 0) {
        throw new IOException("the answer does not begin with a status");
      }
      line.append((char) next);
    }
    String[] words = line.toString().strip().split(" ", 3);
    if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("\\d{3}")) {
      throw new IOException("the answer does not begin with a status");
    }
    return Integer.parseInt(words[1]);
  }
}
