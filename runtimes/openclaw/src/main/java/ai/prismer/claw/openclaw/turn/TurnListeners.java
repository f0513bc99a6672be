package ai.prismer.claw.openclaw.turn;

import java.util.List;

/** Passes everything on to several listeners, in order. */
public record TurnListeners(List<TurnListener> listeners) implements TurnListener {
  /** Takes a copy of the list. */
  public TurnListeners {
    listeners = List.copyOf(listeners);
  }

  @Override
  public void started(Turn turn, boolean resumed) {
    listeners.forEach(listener -> listener.started(turn, resumed));
  }

  @Override
  public void delta(Turn turn, String text) {
    listeners.forEach(listener -> listener.delta(turn, text));
  }

  @Override
  public void ended(Turn turn, Outcome outcome) {
    listeners.forEach(listener -> listener.ended(turn, outcome));
  }
}
