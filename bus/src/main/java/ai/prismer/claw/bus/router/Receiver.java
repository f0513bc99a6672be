package ai.prismer.claw.bus.router;

/** Where a lane's messages go. */
public interface Receiver {
  /**
   * Begins to deliver, and returns at once. The outcome is told by {@link LaneQueue#done} or {@link
   * LaneQueue#failed}; who never tells blocks its own lane only.
   */
  void deliver(Delivery delivery);
}
