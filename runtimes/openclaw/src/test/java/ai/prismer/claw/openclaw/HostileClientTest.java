package ai.prismer.claw.openclaw;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.testkit.gateway.GatewayClient;
import ai.prismer.claw.testkit.model.Reply;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client does wrong, by mistake or on purpose, costs only its own connection. */
class HostileClientTest {
  private static final int TEXT = 0x81;

  @TempDir private Path folder;
  private TestGateway gateway;
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void prepare() throws Exception {
    gateway = new TestGateway(folder);
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    gateway.close();
  }

  @Test
  void aStrangersFrameMayHave64KibibytesAndNoMore() throws Exception {
    gateway.start();
    Socket exact = upgraded();
    exact.getOutputStream().write(frame(TEXT, "x".repeat(64 * 1024).getBytes(UTF_8)));
    assertThat(closeCode(exact)).isEqualTo(1008);

    Socket over = upgraded();
    over.getOutputStream().write(frame(TEXT, "x".repeat(64 * 1024 + 1).getBytes(UTF_8)));
    assertThat(closeCode(over)).isEqualTo(1009);
  }

  @Test
  void aDeclaredLengthIsRefusedBeforeItsBytesCome() throws Exception {
    gateway.start();
    Socket socket = upgraded();
    ByteBuffer header = ByteBuffer.allocate(10);
    header.put((byte) TEXT).put((byte) 0xff).putLong(1L << 40);
    socket.getOutputStream().write(header.array());

    assertThat(closeCode(socket)).isEqualTo(1009);
  }

  @Test
  void fragmentsCountTogether() throws Exception {
    gateway.start();
    Socket socket = upgraded();
    byte[] part = "x".repeat(40 * 1024).getBytes(UTF_8);
    socket.getOutputStream().write(frame(0x01, part));
    socket.getOutputStream().write(frame(0x80, part));

    assertThat(closeCode(socket)).isEqualTo(1009);
  }

  @Test
  void anOversizedFrameOfAClientIsClosedAndOthersAreServed() throws Exception {
    gateway.start();
    GatewayClient client = gateway.connect();
    GatewayClient other = gateway.connect();
    JsonNodeFactory json = JsonNodeFactory.instance;
    String text = "x".repeat(900 * 1024);
    String small = frame("1", text);
    client.send(small);
    assertThat(client.request("agent.wait", json.objectNode().put("runId", "r"))).isNotNull();

    client.send(frame("2", text + text));

    assertThat(client.closeCode()).isIn(1009, 1006);
    assertThat(other.ask("s", "hello", piece -> {})).isEqualTo("Good day to you.");
    assertThat(gateway.metric("claw_gateway_connections_dropped_total{reason=\"oversize\"}"))
        .isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "an unmasked frame, 8101 41, 1002",
    "a reserved bit, C181 00000000 41, 1002",
    "an unknown opcode, 8381 00000000 41, 1002",
    "a binary message, 8281 00000000 41, 1003",
    "a continuation of nothing, 8081 00000000 41, 1002",
    "a new message inside another, 0181 00000000 41 8181 00000000 41, 1002",
    "a fragmented ping, 0980 00000000, 1002",
    "a ping that is too long, 89FE 007E 00000000, 1002",
    "a length that is not shortest, 81FE 0005 00000000 4141414141, 1002",
    "text that is no UTF-8, 8182 00000000 C3 28, 1007",
    "half a close code, 8881 00000000 03, 1002",
    "a close code nobody may send, 8882 00000000 03ED, 1002",
    "something that is no JSON, 8181 00000000 41, 1008",
    "JSON that is no request, 8182 00000000 7B7D, 1008",
    "nesting without end, NEST, 1008"
  })
  void aBrokenFrameIsAnsweredByACloseCode(String what, String hex, int code) throws Exception {
    gateway.start();
    Socket socket = upgraded();
    byte[] bytes =
        hex.equals("NEST")
            ? frame(TEXT, "[".repeat(60_000).getBytes(UTF_8))
            : java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
    socket.getOutputStream().write(bytes);

    assertThat(closeCode(socket)).as(what).isEqualTo(code);
  }

  @Test
  void aPingIsAnsweredAndACloseIsEchoed() throws Exception {
    gateway.start();
    Socket socket = upgraded();
    DataInputStream in = new DataInputStream(socket.getInputStream());
    skipFrame(in);
    socket.getOutputStream().write(frame(0x89, "abc".getBytes(UTF_8)));
    assertThat(in.readNBytes(5)).containsExactly(0x8a, 3, 'a', 'b', 'c');

    socket.getOutputStream().write(frame(0x88, new byte[] {0x0f, (byte) 0xa0}));
    assertThat(in.readNBytes(4)).containsExactly(0x88, 2, 0x0f, 0xa0);
    assertThat(in.read()).isEqualTo(-1);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "POST / HTTP/1.1, 405",
    "GET / HTTP/1.0, 400",
    "nonsense, 400",
    "GET /health HTTP/1.1, 426"
  })
  void plainHttpIsRefusedByStatus(String line, int status) throws Exception {
    gateway.start();
    Socket socket = open();
    socket.getOutputStream().write((line + "\r\nHost: x\r\n\r\n").getBytes(ISO_8859_1));

    assertThat(statusLine(socket)).startsWith("HTTP/1.1 " + status);
  }

  @Test
  void aHeaderWithoutEndIsRefused() throws Exception {
    gateway.start();
    Socket socket = open();
    socket
        .getOutputStream()
        .write(("GET / HTTP/1.1\r\nX: " + "x".repeat(9000)).getBytes(ISO_8859_1));

    assertThat(statusLine(socket)).startsWith("HTTP/1.1 431");
  }

  @Test
  void aStrangerWhoSaysNothingIsClosed() throws Exception {
    gateway.limits.authenticationTime = Duration.ofMillis(700);
    gateway.start();

    assertThat(open().getInputStream().read()).isEqualTo(-1);
    assertThat(closeCode(upgraded())).isEqualTo(1008);
  }

  @Test
  void manyStrangersCannotKeepAClientOut() throws Exception {
    gateway.limits.strangers = 3;
    gateway.start();
    for (int i = 0; i < 12; i++) {
      open();
    }

    assertThat(gateway.connect().ask("s", "hello", piece -> {})).isEqualTo("Good day to you.");
    assertThat(gateway.metric("claw_gateway_connections")).isLessThanOrEqualTo(4);
  }

  @Test
  void noMoreClientsAreServedThanMayBe() throws Exception {
    gateway.limits.connections = 2;
    gateway.start();
    gateway.connect();
    gateway.connect();

    open();

    Awaitility.await()
        .until(
            () -> gateway.metric("claw_gateway_connections_dropped_total{reason=\"full\"}") == 1);
  }

  @Test
  void aClientThatDoesNotReadIsDroppedAndOthersGetEverything() throws Exception {
    gateway.limits.sendBuffer = 512 * 1024;
    String answer = ("y".repeat(2000) + " ").repeat(25);
    gateway.model.answer(request -> Reply.text(answer));
    gateway.start();
    GatewayClient stuck = gateway.connect();
    stuck.stopReading();
    GatewayClient other = gateway.connect();

    int turns = 0;
    while (gateway.metric("claw_gateway_connections_dropped_total{reason=\"slow\"}") < 1) {
      assertThat(other.ask("s" + turns, "hello", piece -> {})).isEqualTo(answer);
      assertThat(++turns).as("turns without anybody dropped").isLessThan(200);
    }
    assertThat(other.ask("last", "hello", piece -> {})).isEqualTo(answer);
  }

  @Test
  void aPeerThatIsGoneWithoutAWordIsNoticed() throws Exception {
    gateway.limits.tick = Duration.ofMillis(50);
    gateway.start();
    upgraded();

    Awaitility.await()
        .until(
            () -> gateway.metric("claw_gateway_connections_dropped_total{reason=\"silent\"}") == 1);
  }

  private static String frame(String id, String padding) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "req")
        .put("id", id)
        .put("method", "chat.history")
        .set("params", JsonNodeFactory.instance.objectNode().put("padding", padding))
        .toString();
  }

  private Socket open() throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setSoTimeout(20_000);
    socket.connect(
        new InetSocketAddress(
            InetAddress.getLoopbackAddress(), gateway.gateway().address().getPort()),
        5000);
    return socket;
  }

  private Socket upgraded() throws IOException {
    Socket socket = open();
    OutputStream out = socket.getOutputStream();
    out.write(
        """
        GET / HTTP/1.1
        Host: localhost
        Upgrade: websocket
        Connection: keep-alive, Upgrade
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

        """
            .replace("\n", "\r\n")
            .getBytes(ISO_8859_1));
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      head.write(socket.getInputStream().read());
    }
    // The key and its answer are the example of RFC 6455, 1.3.
    assertThat(head.toString(ISO_8859_1))
        .startsWith("HTTP/1.1 101 ")
        .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    return socket;
  }

  private static String statusLine(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  /** Reads frames until the close frame; its code. */
  private static int closeCode(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    while (true) {
      int opcode = in.readUnsignedByte() & 0x0f;
      byte[] payload = payload(in);
      if (opcode == 8) {
        return ByteBuffer.wrap(payload).getShort();
      }
    }
  }

  private static void skipFrame(DataInputStream in) throws IOException {
    in.readUnsignedByte();
    payload(in);
  }

  private static byte[] payload(DataInputStream in) throws IOException {
    int length = in.readUnsignedByte();
    return in.readNBytes(length == 126 ? in.readUnsignedShort() : length);
  }

  /** A frame with a mask of zeros. */
  private static byte[] frame(int first, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
    frame.put((byte) first);
    if (payload.length < 126) {
      frame.put((byte) (0x80 | payload.length));
    } else if (payload.length < 0x10000) {
      frame.put((byte) 0xfe).putShort((short) payload.length);
    } else {
      frame.put((byte) 0xff).putLong(payload.length);
    }
    frame.putInt(0).put(payload).flip();
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    return bytes;
  }
}
