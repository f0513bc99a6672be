package ai.prismer.claw.contract;

import java.time.Duration;

/**
 * The wire between the bus and a channel sidecar, or a runtime that speaks frames: a 4-byte
 * big-endian length, then that many bytes of UTF-8 JSON, one {@link Envelope} with its payload.
 */
public final class BusProtocol {
  /** Bytes of the length before every frame. */
  public static final int LENGTH_BYTES = 4;

  /** Longest frame that is carried, in bytes, without its length: 16 MiB. */
  public static final int MAX_FRAME_BYTES = 16 * 1024 * 1024;

  /** The protocol of the original's clients: no durable acknowledgement, no credits. */
  public static final int ORIGINAL = 1;

  /** The protocol of our own clients, offered in the payload of {@link #REGISTER}. */
  public static final int CURRENT = 2;

  /** First frame of a client; its {@code channel} is the client's name. */
  public static final String REGISTER = "register";

  /** Accepted: towards a client of protocol 2, on disk. Its payload's {@code ref} is the id. */
  public static final String ACK = "ack";

  /** Not accepted; payload {@code ref}, {@code code}, {@code retryable}. */
  public static final String NACK = "nack";

  /** Sign of life, answered by {@link #ACK}. */
  public static final String HEARTBEAT = "heartbeat";

  /** The original's word for "send less". Never sent by this bus: its clients hang on a second. */
  public static final String SLOW_DOWN = "slow_down";

  /**
   * The original's word for "send again". Never sent by this bus: its clients panic on a second.
   */
  public static final String RESUME = "resume";

  /** The bus ends; the original's clients close for good when they read it. */
  public static final String SHUTDOWN = "shutdown";

  /** Data. The only type of data that the original's clients deliver. */
  public static final String MESSAGE = "message";

  /** Protocol 2: how many messages and bytes more a client may send. */
  public static final String CREDIT = "credit";

  /** Protocol 2: a piece of an answer that is being made; never journalled, may be left out. */
  public static final String STREAM_DELTA = "stream.delta";

  /** What every type begins with that only the bus may use, besides those named here. */
  public static final String STREAM_PREFIX = "stream.";

  /** How long a client waits for the answer to {@link #REGISTER}. */
  public static final Duration REGISTER_TIMEOUT = Duration.ofSeconds(5);

  /** How often a client shows a sign of life. */
  public static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(30);

  /** Whether a frame of this type steers, so that neither client nor runtime sends it as data. */
  public static boolean isReserved(String type) {
    return switch (type) {
      case REGISTER, ACK, NACK, HEARTBEAT, SLOW_DOWN, RESUME, SHUTDOWN, CREDIT -> true;
      default -> type.startsWith(STREAM_PREFIX);
    };
  }

  private BusProtocol() {}
}
