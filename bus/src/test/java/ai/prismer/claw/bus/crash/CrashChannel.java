package ai.prismer.claw.bus.crash;

import ai.prismer.claw.bus.BusFixture;
import ai.prismer.claw.bus.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A channel sidecar that outlives the bus: it sends again, in order, what was not acknowledged, and
 * acknowledges what it is sent.
 */
final class CrashChannel {
  private static final int WINDOW = 32;
  private static final long SOCKET_MILLIS = 50;

  private final String name;
  private final Path socket;
  private final Ledger ledger;
  private final Set<String> unacknowledged = new LinkedHashSet<>();
  private volatile boolean producing = true;
  private volatile boolean running = true;
  private volatile @Nullable Wire connection;
  private int next;

  /** Messages that this connection may still send: a bus that works off its backlog takes few. */
  private int credit;

  CrashChannel(String name, Path socket, Ledger ledger) {
    this.name = name;
    this.socket = socket;
    this.ledger = ledger;
  }

  Thread start() {
    return Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /** Sends nothing new any more. */
  void stopProducing() {
    producing = false;
  }

  void stop() {
    running = false;
  }

  /** Ends its connection, whatever is on its way; it comes back by itself. */
  void cut() throws IOException {
    Wire now = connection;
    if (now != null) {
      now.close();
    }
  }

  private void run() {
    Path folder = Objects.requireNonNull(socket.getParent());
    try (WatchService sockets = folder.getFileSystem().newWatchService()) {
      Files.createDirectories(folder);
      folder.register(sockets, StandardWatchEventKinds.ENTRY_CREATE);
      while (running) {
        try (Wire wire = connect()) {
          connection = wire;
          serve(wire);
        } catch (IOException | AssertionError gone) {
          awaitSocket(sockets);
        }
      }
    } catch (IOException unwatchable) {
      throw new UncheckedIOException(unwatchable);
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until a bus has made its socket; looked at again a little later, because it listens after. */
  private static void awaitSocket(WatchService sockets) throws InterruptedException {
    WatchKey made = sockets.poll(SOCKET_MILLIS, TimeUnit.MILLISECONDS);
    if (made != null) {
      made.pollEvents();
      made.reset();
    }
  }

  private Wire connect() throws IOException {
    SocketChannel opened = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      opened.connect(UnixDomainSocketAddress.of(socket));
      return new Wire(opened);
    } catch (IOException refused) {
      opened.close();
      throw refused;
    }
  }

  private void serve(Wire wire) throws IOException, InterruptedException {
    wire.send(BusFixture.register(name, "{\"protocol\":2,\"credits\":true,\"durableAck\":true}"));
    credit = 0;
    Deque<String> again = new ArrayDeque<>(unacknowledged);
    while (running && !wire.hasEnded()) {
      while (credit > 0 && (!again.isEmpty() || (producing && unacknowledged.size() < WINDOW))) {
        String id = again.isEmpty() ? name + "-" + next++ : again.remove();
        unacknowledged.add(id);
        credit--;
        wire.send(BusFixture.message(id, name, Content.text(id)));
      }
      Wire.Frame frame = wire.poll(100);
      if (frame != null) {
        take(wire, frame);
      }
    }
  }

  private void take(Wire wire, Wire.Frame frame) throws IOException {
    String about = frame.envelope().correlationId();
    switch (frame.envelope().type()) {
      case "ack" -> {
        if (about != null && unacknowledged.remove(about)) {
          ledger.acknowledged(about);
        }
      }
      case "nack" -> {
        // Not taken, so it stays on the list; in order again with the next connection.
        wire.close();
      }
      case "message" -> {
        ledger.answered(String.valueOf(about), frame.payload().getOrDefault("text", ""));
        wire.send(BusFixture.ack(frame));
      }
      case "credit" -> credit += Integer.parseInt(frame.payload().getOrDefault("messages", "0"));
      default -> {
        // The answer to register.
      }
    }
  }
}
