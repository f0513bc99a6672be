package ai.prismer.claw.operator.ops;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** The machine's clock, off by an amount that a test can change. */
public final class TestClock extends Clock {
  private final AtomicReference<Duration> offset;

  public TestClock(Duration offset) {
    this.offset = new AtomicReference<>(offset);
  }

  public TestClock() {
    this(Duration.ZERO);
  }

  /** Lets time go by. */
  public void forward(Duration by) {
    offset.updateAndGet(by::plus);
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(offset.get());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
