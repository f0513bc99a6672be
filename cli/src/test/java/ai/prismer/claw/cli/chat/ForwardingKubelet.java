package ai.prismer.claw.cli.chat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.protocols.Protocol;
import org.java_websocket.server.DefaultSSLWebSocketServerFactory;
import org.java_websocket.server.WebSocketServer;

/**
 * What a kubelet does with {@code portforward} over a WebSocket of {@code v4.channel.k8s.io}: a
 * byte before each message says whether it is data or an error, and the first message of both is
 * the port. Whatever port is asked for, it leads to the one that the test names.
 */
public final class ForwardingKubelet extends WebSocketServer {
  private static final byte DATA = 0;
  private static final byte ERROR = 1;
  private static final int BUFFER = 16 * 1024;

  private final CountDownLatch started = new CountDownLatch(1);
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<WebSocket, Socket> open = new ConcurrentHashMap<>();
  private final int target;

  private ForwardingKubelet(int target) {
    super(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        1,
        List.of(new Draft_6455(List.of(), List.of(new Protocol("v4.channel.k8s.io")))));
    this.target = target;
    setReuseAddr(true);
    setDaemon(true);
  }

  /** Without TLS, for who talks to it directly. */
  static ForwardingKubelet start(int target) throws InterruptedException {
    ForwardingKubelet kubelet = new ForwardingKubelet(target);
    kubelet.start();
    kubelet.started.await();
    return kubelet;
  }

  /** With TLS, for an API server. */
  public static ForwardingKubelet start(int target, SSLContext context)
      throws InterruptedException {
    ForwardingKubelet kubelet = new ForwardingKubelet(target);
    kubelet.setWebSocketFactory(new DefaultSSLWebSocketServerFactory(context));
    kubelet.start();
    kubelet.started.await();
    return kubelet;
  }

  /** Paths and queries that were asked for. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void onStart() {
    started.countDown();
  }

  @Override
  public void onOpen(WebSocket socket, ClientHandshake handshake) {
    asked.add(handshake.getResourceDescriptor());
    for (byte channel : new byte[] {DATA, ERROR}) {
      socket.send(new byte[] {channel, (byte) target, (byte) (target >> 8)});
    }
    try {
      Socket connection = new Socket(InetAddress.getLoopbackAddress(), target);
      open.put(socket, connection);
      Thread.ofVirtual().start(() -> carry(connection, socket));
    } catch (IOException refused) {
      socket.send(
          message(
              ERROR,
              ("\u001b[2Jnobody listens: " + refused.getMessage())
                  .getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static void carry(Socket from, WebSocket to) {
    try (InputStream in = from.getInputStream()) {
      byte[] buffer = new byte[BUFFER];
      int read = in.read(buffer);
      while (read >= 0) {
        to.send(message(DATA, Arrays.copyOf(buffer, read)));
        read = in.read(buffer);
      }
    } catch (IOException | WebsocketNotConnectedException over) {
      // One side has hung up, which ends the other.
    }
    to.close();
  }

  private static ByteBuffer message(byte channel, byte[] bytes) {
    return ByteBuffer.allocate(1 + bytes.length).put(channel).put(bytes).flip();
  }

  @Override
  public void onMessage(WebSocket socket, ByteBuffer message) {
    Socket connection = open.get(socket);
    if (connection != null && message.get() == DATA) {
      byte[] bytes = new byte[message.remaining()];
      message.get(bytes);
      try {
        connection.getOutputStream().write(bytes);
      } catch (IOException over) {
        socket.close();
      }
    }
  }

  @Override
  public void onMessage(WebSocket socket, String message) {}

  @Override
  public void onClose(WebSocket socket, int code, String reason, boolean remote) {
    Socket connection = open.remove(socket);
    if (connection != null) {
      try {
        connection.close();
      } catch (IOException closing) {
        // Gone all the same.
      }
    }
  }

  @Override
  public void onError(WebSocket socket, Exception error) {
    // Somebody who hangs up before the end is part of what is tested.
  }
}
