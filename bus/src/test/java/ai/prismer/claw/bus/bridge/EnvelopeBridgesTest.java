package ai.prismer.claw.bus.bridge;

import static ai.prismer.claw.bus.BusFixture.ack;
import static ai.prismer.claw.bus.BusFixture.await;
import static ai.prismer.claw.bus.BusFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.BusFixture;
import ai.prismer.claw.bus.FrameRuntime;
import ai.prismer.claw.bus.Wire;
import ai.prismer.claw.bus.router.BusLane;
import ai.prismer.claw.bus.server.ChannelSettings;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The wire of the original's runtimes, one test of what is particular to each. */
@Timeout(60)
class EnvelopeBridgesTest {
  private static final String LONG = "\u00e4\ud83d\ude00x".repeat(100_000);

  @TempDir Path folder;

  private static String reply(String id, String text) {
    return "{\"id\":\"%s-resp\",\"type\":\"message\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"correlationId\":\"%s\",\"channel\":\"slack\",\"payload\":{\"text\":\"%s\"}}"
        .formatted(id, id, text);
  }

  @Test
  void webSocketCarriesEnvelopesOfAnySizeBothWaysWithItsTokenAndComesBackAfterALoss()
      throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "s3cret\n");
    try (WebSocketRuntime runtime = new WebSocketRuntime();
        BusFixture bus =
            new BusFixture(
                folder,
                new EnvelopeWebSocketBridge(runtime.address(), new Token(token), new Random(1)),
                ChannelSettings.of("slack"))) {
      WebSocketRuntime.Peer first = runtime.accept();
      assertThat(first.request).contains("Authorization: Bearer s3cret");
      Wire slack = bus.client("slack");
      slack.send(message("m1", "slack", "hello"));
      assertThat(first.next()).isEqualTo(message("m1", "slack", "hello"));
      first.send(reply("m1", "hi"));
      slack.send(ack(slack.next("message")));
      slack.send(message("m2", "slack", LONG));
      assertThat(first.next()).isEqualTo(message("m2", "slack", LONG));
      first.close();
      WebSocketRuntime.Peer second = runtime.accept();
      assertThat(second.next()).isEqualTo(message("m2", "slack", LONG));
      second.send(reply("m2", LONG));
      assertThat(slack.next("message").json()).isEqualTo(reply("m2", LONG));
    }
  }

  @Test
  void aUnixSocketThatIsMadeLaterAndMadeAnewIsFound() throws Exception {
    Path socket = folder.resolve("runtime.sock");
    try (BusFixture bus =
        new BusFixture(
            folder,
            new FrameBridge(UnixDomainSocketAddress.of(socket), new Random(1)),
            ChannelSettings.of("slack"))) {
      Wire slack = bus.client("slack");
      slack.send(message("m1", "slack", "hello"));
      slack.next("ack");
      try (FrameRuntime runtime = new FrameRuntime(UnixDomainSocketAddress.of(socket))) {
        Wire wire = runtime.accept();
        wire.send(FrameRuntime.answer(wire.next(), "one"));
        assertThat(slack.next("message").payload()).containsEntry("text", "one");
        wire.close();
      }
      Files.delete(socket);
      slack.send(ack(new Wire.Frame("", envelope("m1-resp"), java.util.Map.of())));
      slack.send(message("m2", "slack", "hello"));
      try (FrameRuntime runtime = new FrameRuntime(UnixDomainSocketAddress.of(socket))) {
        Wire wire = runtime.accept();
        assertThat(wire.next().envelope().id()).isEqualTo("m2");
      }
    }
  }

  private static ai.prismer.claw.contract.Envelope envelope(String id) {
    return new ai.prismer.claw.contract.Envelope(id, "message", null, null, null, null);
  }

  @Test
  void eventStreamPostsAndReadsAndGoesOnBehindTheLastEvent() throws Exception {
    try (EventRuntime runtime = new EventRuntime();
        BusFixture bus =
            new BusFixture(
                folder,
                new EnvelopeEventStreamBridge(runtime.address(), Token.NONE, new Random(1)),
                ChannelSettings.of("slack"))) {
      Wire slack = bus.client("slack");
      OutputStream events = runtime.events();
      runtime.refuseNext.set(503);
      slack.send(message("m1", "slack", LONG));
      assertThat(runtime.next()).as("refused once").isEqualTo(message("m1", "slack", LONG));
      assertThat(runtime.next()).isEqualTo(message("m1", "slack", LONG));
      String answer = reply("m1", LONG).replace(",\"channel\"", ",\n\"channel\"");
      events.write(
          ("id: 7\nevent: message\ndata: " + answer.replace("\n", "\ndata: ") + "\n\n")
              .getBytes(StandardCharsets.UTF_8));
      events.flush();
      assertThat(slack.next("message").json()).isEqualTo(answer);
      events.close();
      OutputStream again = runtime.events();
      assertThat(runtime.lastEventId).isEqualTo("7");
      again.close();
    }
  }

  @Test
  void aRefusalThatCannotChangeMakesADeadLetterAtOnce() throws Exception {
    try (EventRuntime runtime = new EventRuntime();
        BusFixture bus =
            new BusFixture(
                folder,
                new EnvelopeEventStreamBridge(runtime.address(), Token.NONE, new Random(1)),
                ChannelSettings.of("slack"))) {
      OutputStream _ = runtime.events();
      Wire slack = bus.client("slack");
      runtime.refuseNext.set(413);
      slack.send(message("m1", "slack", "x"));
      await(() -> bus.bus().journal().deadLetters().join().size() == 1);
      assertThat(bus.bus().journal().deadLetters().join().getFirst().reason())
          .isEqualTo("the runtime answered 413");
    }
  }

  @Test
  void aPostThatNobodyTakesIsNoAttemptAlthoughTheEventStreamStillStands() throws Exception {
    ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    int port = listener.getLocalPort();
    URI base = URI.create("http://127.0.0.1:" + port + "/");
    try (BusFixture bus =
            new BusFixture(
                folder,
                new EnvelopeEventStreamBridge(base, Token.NONE, new Random(1)),
                ChannelSettings.of("slack"));
        Socket events = listener.accept()) {
      listener.close();
      say(events, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
      Wire slack = bus.client("slack");
      slack.send(message("m1", "slack", "hello"));
      BusLane lane = bus.bus().channels().getFirst().inbound();
      await(() -> bus.bus().ask(lane::retries).join() > 10);
      try (ServerSocket again = new ServerSocket(port, 8, InetAddress.getLoopbackAddress());
          Socket post = again.accept()) {
        say(post, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
        await(() -> bus.bus().ask(lane::owed).join() == 0);
      }
      assertThat(bus.bus().journal().deadLetters().join()).isEmpty();
    }
  }

  private static void say(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** A runtime that takes POSTs and gives events. */
  private static final class EventRuntime implements AutoCloseable {
    final AtomicInteger refuseNext = new AtomicInteger();
    volatile String lastEventId = "";
    private final HttpServer server;
    private final BlockingQueue<String> posted = new LinkedBlockingQueue<>();
    private final BlockingQueue<OutputStream> streams = new LinkedBlockingQueue<>();

    EventRuntime() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext(
          "/messages",
          exchange -> {
            posted.add(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            int refusal = refuseNext.getAndSet(0);
            exchange.sendResponseHeaders(refusal == 0 ? 202 : refusal, -1);
            exchange.close();
          });
      server.createContext(
          "/events",
          exchange -> {
            String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
            lastEventId = last == null ? "" : last;
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            streams.add(exchange.getResponseBody());
          });
      server.start();
    }

    URI address() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    String next() throws InterruptedException {
      String body = posted.poll(20, TimeUnit.SECONDS);
      if (body == null) {
        throw new AssertionError("nothing was posted");
      }
      return body;
    }

    OutputStream events() throws InterruptedException {
      OutputStream stream = streams.poll(20, TimeUnit.SECONDS);
      if (stream == null) {
        throw new AssertionError("nobody asked for events");
      }
      return stream;
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
