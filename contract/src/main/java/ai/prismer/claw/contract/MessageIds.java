package ai.prismer.claw.contract;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes ids for messages and frames: UUIDv7 (RFC 9562), so that they sort by time. */
public final class MessageIds {
  private final InstantSource clock;
  private final RandomGenerator random;

  /**
   * @param random need not be secret: nobody is let in by an id
   */
  public MessageIds(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** The next one. */
  public String next() {
    return at(clock.millis());
  }

  /**
   * The next one, for who has asked what time it is.
   *
   * @param millis since 1970
   */
  public String at(long millis) {
    long high = (millis << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }
}
