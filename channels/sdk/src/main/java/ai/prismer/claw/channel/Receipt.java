package ai.prismer.claw.channel;

/** How the bus is told what became of a message. The first call counts. Thread-safe. */
public interface Receipt {
  /** It has arrived where it should: the bus forgets it. */
  void done();

  /**
   * It could not be delivered.
   *
   * @param code one word for the dead letter
   * @param retryable whether another attempt could end differently; without that, or after the
   *     bus's last attempt, it becomes a dead letter
   */
  void failed(String code, boolean retryable);
}
