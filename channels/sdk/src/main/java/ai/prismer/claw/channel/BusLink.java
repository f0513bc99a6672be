package ai.prismer.claw.channel;

import ai.prismer.claw.contract.BusProtocol;
import ai.prismer.claw.contract.Envelope;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The thread that connects, reads until the connection breaks, and connects again; beside it, for
 * each connection, one that writes. Reading never waits for writing: the bus stops reading a client
 * that does not read, and both would wait for each other.
 */
final class BusLink implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(BusLink.class.getName());

  /** How long nothing may be heard: two signs of life were not answered. */
  private static final Duration SILENCE = BusProtocol.HEARTBEAT_INTERVAL.multipliedBy(2);

  /** How often the writing thread looks around when there is nothing to write. */
  private static final Duration LOOK = Duration.ofMillis(500);

  /** Of a frame that is too long to be read: enough to find its id in. */
  private static final int BEGINNING = 4096;

  private final ChannelOptions options;
  private final ChannelListener listener;
  private final Outbox outbox;
  private final Frames frames;
  private final Backoff backoff;
  private final StreamBuffer streams;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable SocketChannel socket;
  private volatile long heardNanos;
  private volatile @Nullable String lastError;

  BusLink(
      ChannelOptions options,
      ChannelListener listener,
      Outbox outbox,
      Frames frames,
      Backoff backoff) {
    this.options = options;
    this.listener = listener;
    this.outbox = outbox;
    this.frames = frames;
    this.backoff = backoff;
    this.streams = new StreamBuffer(options, listener);
  }

  void start() {
    Thread.ofPlatform().daemon().name("bus").start(this::run);
  }

  @Nullable String lastError() {
    return lastError;
  }

  private void run() {
    while (!isClosed()) {
      boolean wasConnected = false;
      String reason;
      try {
        reason = "the bus closed the connection";
        serve();
      } catch (IOException broken) {
        reason = String.valueOf(broken.getMessage());
      } finally {
        wasConnected = outbox.isRegistered();
        outbox.disconnected();
      }
      if (isClosed()) {
        return;
      }
      if (wasConnected || !reason.equals(lastError)) {
        // Once, not at every attempt.
        LOG.log(System.Logger.Level.WARNING, "no bus at {0}: {1}", options.socket(), reason);
      }
      lastError = reason;
      if (wasConnected) {
        listener.disconnected(reason);
      }
      if (!pause()) {
        return;
      }
    }
  }

  /** False when the end has come meanwhile. */
  private boolean pause() {
    try {
      return !closing.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException ending) {
      return false;
    }
  }

  private void serve() throws IOException {
    try (SocketChannel opened = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      opened.connect(UnixDomainSocketAddress.of(options.socket()));
      socket = opened;
      heardNanos = System.nanoTime();
      if (isClosed()) {
        return;
      }
      write(opened, frames.register(outbox.waiting()));
      Thread writer =
          Thread.ofPlatform().daemon().name("bus-writer").unstarted(() -> write(opened));
      try (DataInputStream in = new DataInputStream(Channels.newInputStream(opened))) {
        while (true) {
          byte[] frame = read(in);
          heardNanos = System.nanoTime();
          if (frame.length > 0) {
            received(Frames.read(frame), writer);
          }
        }
      } finally {
        end(writer);
      }
    }
  }

  /** Waits for it too: it must not take what the next connection has to write. */
  private static void end(Thread writer) {
    writer.interrupt();
    try {
      writer.join();
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  /** One frame; empty if it was too long and has been refused. */
  private byte[] read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length <= 0 || length > BusProtocol.MAX_FRAME_BYTES) {
      throw new IOException("a frame of " + length + " bytes");
    }
    if (length <= options.longestFrame()) {
      return readFully(in, length);
    }
    String id = Frames.idIn(readFully(in, BEGINNING));
    in.skipNBytes(length - BEGINNING);
    if (id != null) {
      outbox.control(frames.nack(id, "too_large", false));
    }
    return new byte[0];
  }

  private static byte[] readFully(DataInputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  private void received(ObjectNode frame, Thread writer) {
    JsonNode payload = frame.path(Envelope.PAYLOAD);
    String about = frame.path(Envelope.CORRELATION_ID).asText();
    switch (frame.path(Envelope.TYPE).asText()) {
      case BusProtocol.ACK -> {
        if (payload.has("protocol")) {
          registered(payload, writer);
        } else {
          outbox.accepted(about);
        }
      }
      case BusProtocol.NACK ->
          outbox.refused(
              about.isEmpty() ? payload.path("ref").asText() : about,
              payload.path("code").asText("refused"),
              payload.path("message").asText(),
              payload.path("retryable").asBoolean(true),
              System.nanoTime());
      case BusProtocol.CREDIT ->
          outbox.credit(payload.path("messages").asLong(), payload.path("bytes").asLong());
      case BusProtocol.STREAM_DELTA ->
          streams.piece(
              about, payload.path("offset").asInt(), payload.path("text").asText(), heardNanos);
      case BusProtocol.SHUTDOWN, BusProtocol.HEARTBEAT -> {
        // The bus closes the connection next; another one comes, or the pod ends.
      }
      default -> deliver(Frames.message(frame));
    }
  }

  private void registered(JsonNode payload, Thread writer) {
    List<String> accepted = new ArrayList<>();
    payload.path("accepted").forEach(id -> accepted.add(id.asText()));
    outbox.connected(accepted);
    backoff.reset();
    lastError = null;
    LOG.log(System.Logger.Level.INFO, "registered at {0}", options.socket());
    writer.start();
    listener.connected(payload.hasNonNull("lastId") ? payload.get("lastId").asText() : null);
  }

  private void deliver(Message message) {
    Receipt receipt = new OneReceipt(message.id());
    try {
      streams.message(message, receipt);
    } catch (RuntimeException failed) {
      // The channel's fault, and this thread's to survive: the bus tries again, and gives up.
      LOG.log(System.Logger.Level.ERROR, "message " + message.id(), failed);
      receipt.failed("listener", true);
    }
  }

  /** Answers for one message, once. */
  private final class OneReceipt implements Receipt {
    private final String id;
    private final AtomicBoolean said = new AtomicBoolean();

    OneReceipt(String id) {
      this.id = id;
    }

    @Override
    public void done() {
      if (said.compareAndSet(false, true)) {
        outbox.control(frames.ack(id));
      }
    }

    @Override
    public void failed(String code, boolean retryable) {
      if (said.compareAndSet(false, true)) {
        outbox.control(frames.nack(id, code, retryable));
      }
    }
  }

  private void write(SocketChannel to) {
    long beatNanos = System.nanoTime();
    try {
      while (to.isOpen() && outbox.isRegistered()) {
        long now = System.nanoTime();
        if (now - heardNanos > SILENCE.toNanos()) {
          LOG.log(System.Logger.Level.WARNING, "the bus is silent");
          to.close();
          return;
        }
        if (now - beatNanos > BusProtocol.HEARTBEAT_INTERVAL.toNanos()) {
          beatNanos = now;
          write(to, frames.heartbeat());
        }
        streams.flush(now);
        ByteBuffer next = outbox.next(now, LOOK);
        if (next != null) {
          write(to, next);
        }
      }
    } catch (IOException | InterruptedException over) {
      // The reading thread notices, or is the one that ended it.
      closeQuietly(to);
    }
  }

  private static void write(SocketChannel to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  private boolean isClosed() {
    return closing.getCount() == 0;
  }

  private static void closeQuietly(@Nullable SocketChannel open) {
    if (open != null) {
      try {
        open.close();
      } catch (IOException alreadyGone) {
        // Then there is nothing to end.
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
    closeQuietly(socket);
  }
}
