package ai.prismer.claw.bus.router;

/**
 * A message on its way to a lane, of which there will be more than one record, or that somebody
 * appends who is not on the loop's thread. It may come to stand before others that are accepted
 * sooner, so while it is under way the journal alone knows the order of what the lane is owed.
 *
 * <p>It ends once, in one of three ways. Which of several arrivals ends does not matter to the
 * lane; that one ends twice would, so that is an error. Loop's thread.
 */
public final class Arrival {
  private final BusLane lane;
  private boolean over;

  Arrival(BusLane lane) {
    this.lane = lane;
  }

  /** The last part of a new message was appended. */
  void finished(String id, long lsn) {
    end();
    lane.accepted(id, lsn);
  }

  /** A message was put back from among the dead letters; {@code lsn} is that of its last part. */
  public void replayed(long lsn) {
    end();
    lane.accepted(lsn);
  }

  /** The message will not be accepted. */
  public void abandoned() {
    end();
  }

  private void end() {
    if (over) {
      throw new IllegalStateException("this arrival has ended before");
    }
    over = true;
    lane.arrived();
  }
}
