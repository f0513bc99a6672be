package ai.prismer.claw.openclaw.turn;

/** Hears what happens to turns. Called from many threads; must not block. */
public interface TurnListener {
  /** The model is being asked; {@code resumed} when an earlier process had begun the turn. */
  void started(Turn turn, boolean resumed);

  /** The next piece of the answer. */
  void delta(Turn turn, String text);

  /** The turn is over; what there is to remember is on the disk. */
  void ended(Turn turn, Outcome outcome);
}
