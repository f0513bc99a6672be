package ai.prismer.claw.bus.journal;

/**
 * One channel in one direction: what is kept in order.
 *
 * @param channel number of the channel, 0 to 65,535, as the journal knows it
 * @param outbound from the runtime to the channel, not the other way
 */
public record Lane(int channel, boolean outbound) {
  /** Of records that belong to no lane. */
  static final Lane NONE = new Lane(0, false);

  /** Refuses a number that the record has no room for. */
  public Lane {
    if (channel < 0 || channel > 0xFFFF) {
      throw new IllegalArgumentException("channel " + channel + " is not in 0..65535");
    }
  }
}
