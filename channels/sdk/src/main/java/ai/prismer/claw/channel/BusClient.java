package ai.prismer.claw.channel;

import ai.prismer.claw.contract.MessageIds;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A channel's connection to the bus. It comes back by itself, for ever, and keeps what the bus has
 * not acknowledged meanwhile. Thread-safe.
 *
 * <pre>{@code
 * ChannelListener listener = (message, receipt) -> { post(message.text()); receipt.done(); };
 * try (BusClient bus = BusClient.connect(ChannelOptions.of("my-channel", socket), listener)) {
 *   bus.send(bus.question(payload)).join(); // on disk now
 * }
 * }</pre>
 */
public final class BusClient implements AutoCloseable {
  private final Outbox outbox;
  private final Frames frames;
  private final TokenBucket bucket;
  private final BusLink link;
  private final InstantSource clock;
  private final MessageIds ids;

  private BusClient(
      ChannelOptions options,
      ChannelListener listener,
      InstantSource clock,
      RandomGenerator random) {
    this.clock = clock;
    this.ids = new MessageIds(clock, random);
    this.outbox = new Outbox(options.bufferMessages(), options.bufferBytes());
    this.frames = new Frames(options.name(), clock, ids);
    this.bucket = new TokenBucket(options.ratePerSecond(), options.burst(), System.nanoTime());
    this.link = new BusLink(options, listener, outbox, frames, new Backoff(random));
  }

  /** Begins to connect, and returns at once. */
  public static BusClient connect(ChannelOptions options, ChannelListener listener) {
    return connect(options, listener, InstantSource.system(), new SecureRandom());
  }

  static BusClient connect(
      ChannelOptions options,
      ChannelListener listener,
      InstantSource clock,
      RandomGenerator random) {
    BusClient client = new BusClient(options, listener, clock, random);
    client.link.start();
    return client;
  }

  /** A new message, with an id and the time. */
  public Message question(ObjectNode payload) {
    return question(ids.next(), payload);
  }

  /** A message whose id the caller chose, so that sending it again has the effect of once. */
  public Message question(String id, ObjectNode payload) {
    return new Message(id, null, null, clock.instant().toString(), payload);
  }

  /**
   * Sends a message.
   *
   * @return done when the bus has it on disk; fails with {@link RefusedException} when it will
   *     never take it, and with {@link BusyException} when this client was closed before it did
   * @throws BusyException when the message was not taken at all
   */
  public CompletableFuture<Void> send(Message message) throws BusyException {
    Duration wait = bucket.take(System.nanoTime());
    if (!wait.isZero()) {
      throw new BusyException("too many messages at once", wait);
    }
    ByteBuffer frame = frames.message(message);
    try {
      return outbox.offer(message.id(), frame);
    } catch (BusyException full) {
      bucket.giveBack();
      throw full;
    }
  }

  /**
   * Takes back a message that waits, so that whoever sent it can be told that it was not taken.
   *
   * @return false if the bus may have it, or it waits no more
   */
  public boolean withdraw(String id) {
    return outbox.withdraw(id);
  }

  /** Whether the bus is there and has registered the channel. */
  public boolean isConnected() {
    return outbox.isRegistered();
  }

  /** Messages that the bus has not acknowledged. */
  public int unacknowledged() {
    return outbox.size();
  }

  /** Why there is no connection, or null if there is one or none was tried. */
  public @Nullable String lastError() {
    return link.lastError();
  }

  /** Waits until the bus has acknowledged everything; false if it has not in time. */
  public boolean awaitAcknowledged(Duration limit) throws InterruptedException {
    return outbox.awaitEmpty(limit);
  }

  /** Ends the connection. What was not acknowledged by then fails. */
  @Override
  public void close() {
    link.close();
    outbox.close();
  }
}
