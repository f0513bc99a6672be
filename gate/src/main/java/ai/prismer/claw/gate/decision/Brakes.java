package ai.prismer.claw.gate.decision;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What keeps self-healing of one Claw from acting too much.
 *
 * @param actionsInHour actions executed in the last hour, whoever asked
 * @param budgetFreeAt when the oldest of them is an hour ago; absent where there is none
 * @param lastChange when an action was executed last; absent where there was none in a day
 * @param frozen whether too many actions in a row did not help, and nobody has thawed it since
 */
public record Brakes(
    int actionsInHour,
    @Nullable Instant budgetFreeAt,
    @Nullable Instant lastChange,
    boolean frozen) {
  /** Nothing has ever been done. */
  public static final Brakes NONE = new Brakes(0, null, null, false);

  /** Actions that only rules may use, so that nobody else can spend what a kill needs. */
  public static final int RESERVED_FOR_RULES = 2;

  ObjectNode put(ObjectNode json) {
    json.put("actionsInHour", actionsInHour);
    if (budgetFreeAt != null) {
      json.put("budgetFreeAt", budgetFreeAt.toString());
    }
    if (lastChange != null) {
      json.put("lastChange", lastChange.toString());
    }
    json.put("frozen", frozen);
    return json;
  }
}
