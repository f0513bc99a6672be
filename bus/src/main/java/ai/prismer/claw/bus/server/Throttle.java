package ai.prismer.claw.bus.server;

/** On from the high mark, off from the low one: what lies between changes nothing. */
final class Throttle {
  private final long high;
  private final long low;
  private boolean on;

  Throttle(long high, long low) {
    this.high = high;
    this.low = low;
  }

  /** Whether to throttle, now that there are this many. */
  boolean at(long owed) {
    if (owed >= high) {
      on = true;
    } else if (owed <= low) {
      on = false;
    }
    return on;
  }

  boolean isOn() {
    return on;
  }
}
