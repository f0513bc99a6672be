package ai.prismer.claw.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.protocols.Protocol;
import org.java_websocket.server.DefaultSSLWebSocketServerFactory;
import org.java_websocket.server.WebSocketServer;

/**
 * What a kubelet does with {@code exec}, seen from the API server: the upgrade to a WebSocket of
 * {@code v4.channel.k8s.io}, a byte before each message that says of which stream it is, and how
 * the program ended. There is no container behind it; the test says what one would print.
 */
final class ExecKubelet extends WebSocketServer {
  private static final int CHUNK = 1 << 16;
  private static final byte OUT = 1;
  private static final byte ERR = 2;
  private static final byte STATUS = 3;

  /** What a program prints and how it ends. */
  record Ending(String out, String err, int exitCode) {
    static Ending ok(String out) {
      return new Ending(out, "", 0);
    }

    static Ending refused(String err) {
      return new Ending("", err, 1);
    }
  }

  private final CountDownLatch started = new CountDownLatch(1);
  private final List<List<String>> asked = new CopyOnWriteArrayList<>();
  private volatile Function<List<String>, Ending> program = words -> Ending.refused("bus: no test");

  private ExecKubelet() {
    super(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        1,
        List.of(new Draft_6455(List.of(), List.of(new Protocol("v4.channel.k8s.io")))));
    setReuseAddr(true);
    setDaemon(true);
  }

  /**
   * Listens at 127.0.0.1.
   *
   * @param certificates folder with {@code kubelet.crt} and {@code kubelet.key}
   */
  static ExecKubelet start(Path certificates)
      throws IOException, GeneralSecurityException, InterruptedException {
    ExecKubelet kubelet = new ExecKubelet();
    kubelet.setWebSocketFactory(
        new DefaultSSLWebSocketServerFactory(KubeletCertificate.context(certificates)));
    kubelet.start();
    kubelet.started.await();
    return kubelet;
  }

  /** What is run from now on. */
  void runs(Function<List<String>, Ending> next) {
    asked.clear();
    program = next;
  }

  /** The words that were run since then. */
  List<List<String>> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void onStart() {
    started.countDown();
  }

  @Override
  public void onOpen(WebSocket socket, ClientHandshake handshake) {
    List<String> words =
        Arrays.stream(URI.create(handshake.getResourceDescriptor()).getRawQuery().split("&", -1))
            .filter(parameter -> parameter.startsWith("command="))
            .map(parameter -> parameter.substring("command=".length()))
            .map(word -> URLDecoder.decode(word, StandardCharsets.UTF_8))
            .toList();
    asked.add(words);
    Ending ending = program.apply(words);
    send(socket, OUT, ending.out());
    send(socket, ERR, ending.err());
    String status =
        ending.exitCode() == 0
            ? "{\"metadata\":{},\"status\":\"Success\"}"
            : "{\"metadata\":{},\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"message\":"
                + "\"command terminated\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\","
                + "\"message\":\""
                + ending.exitCode()
                + "\"}]}}";
    send(socket, STATUS, status);
    socket.close();
  }

  private static void send(WebSocket socket, byte stream, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < bytes.length; from += CHUNK) {
      int length = Math.min(CHUNK, bytes.length - from);
      ByteBuffer message = ByteBuffer.allocate(1 + length).put(stream).put(bytes, from, length);
      socket.send(message.flip());
    }
  }

  @Override
  public void onClose(WebSocket socket, int code, String reason, boolean remote) {}

  @Override
  public void onMessage(WebSocket socket, String message) {}

  @Override
  public void onError(WebSocket socket, Exception error) {
    // Somebody who hangs up before the end is part of what is tested.
  }
}
