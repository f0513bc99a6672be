package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.intent.Action;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is remembered of earlier actions on a Claw; kept in its status.
 *
 * @param actions the last action of each rule that acted
 * @param changes the latest changes that were made by an action, whoever asked for it
 */
public record Past(List<LastAction> actions, List<Change> changes) {
  /** Nothing has been done yet. */
  public static final Past NONE = new Past(List.of(), List.of());

  /** Copies the lists. */
  public Past {
    actions = List.copyOf(actions);
    changes = changes.stream().sorted(Comparator.comparing(Change::at)).toList();
  }

  /** The latest change. */
  Optional<Change> last() {
    return changes.isEmpty() ? Optional.empty() : Optional.of(changes.getLast());
  }

  /** When this was done last. */
  Optional<Instant> lastChange(Action action) {
    return changes.reversed().stream()
        .filter(change -> change.action() == action)
        .map(Change::at)
        .findFirst();
  }

  /**
   * An action that was carried out.
   *
   * @param action which
   * @param at when
   * @param helped whether what it was to bring about held; false while that is not known
   */
  public record Change(Action action, Instant at, boolean helped) {
    /** All is known. */
    public Change {
      Objects.requireNonNull(action);
      Objects.requireNonNull(at);
    }
  }
}
