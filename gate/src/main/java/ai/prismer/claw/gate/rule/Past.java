package ai.prismer.claw.gate.rule;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of earlier actions on a Claw; kept in its status.
 *
 * @param actions the last action of each rule that acted
 * @param change the last change that was made by an action, whoever asked for it; null for none
 */
public record Past(List<LastAction> actions, @Nullable Change change) {
  /** Nothing has been done yet. */
  public static final Past NONE = new Past(List.of(), null);

  /** Copies the list. */
  public Past {
    actions = List.copyOf(actions);
  }

  /**
   * An action that was carried out.
   *
   * @param at when
   * @param helped whether what it was to bring about held; false while that is not known
   */
  public record Change(Instant at, boolean helped) {
    /** The time is known. */
    public Change {
      Objects.requireNonNull(at);
    }
  }
}
