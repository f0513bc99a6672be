package ai.prismer.claw.openclaw.turn;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The outcomes of the latest turns, for clients that ask late. Bounded by the text it holds. */
final class RecentOutcomes {
  private static final int ENTRIES = 256;

  private final int characters;
  private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
  private int held;

  RecentOutcomes(int characters) {
    this.characters = characters;
  }

  synchronized void put(String runId, Outcome outcome) {
    Outcome old = outcomes.remove(runId);
    held += size(outcome) - (old == null ? 0 : size(old));
    outcomes.put(runId, outcome);
    Iterator<Outcome> oldest = outcomes.values().iterator();
    while (outcomes.size() > ENTRIES || (held > characters && outcomes.size() > 1)) {
      held -= size(oldest.next());
      oldest.remove();
    }
  }

  synchronized Optional<Outcome> get(String runId) {
    return Optional.ofNullable(outcomes.get(runId));
  }

  private static int size(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answered answered -> answered.text().length();
      case Outcome.Failed failed -> failed.message().length();
      case Outcome.Aborted aborted -> aborted.text().length();
      case Outcome.Interrupted interrupted -> 0;
    };
  }
}
