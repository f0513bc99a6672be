package ai.prismer.claw.cli.resource;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.Condition;
import ai.prismer.claw.api.status.OpsStatus;
import java.util.List;
import java.util.Optional;

/** What the status of a Claw says about self-healing, with absent parts as empty ones. */
public final class Ops {
  private Ops() {}

  /** The state of self-healing. */
  public static OpsStatus of(Claw claw) {
    return claw.getStatus() == null || claw.getStatus().ops() == null
        ? OpsStatus.EMPTY
        : claw.getStatus().ops();
  }

  /** What executed intents left behind. */
  public static List<Adjustment> adjustments(Claw claw) {
    List<Adjustment> adjustments = of(claw).adjustments();
    return adjustments == null ? List.of() : adjustments;
  }

  /** Whether self-healing has stopped because its last actions did not help. */
  public static boolean isFrozen(Claw claw) {
    var breaker = of(claw).breaker();
    return breaker != null && breaker.openedAt() != null;
  }

  /** Whether the operator leaves this Claw alone on request. */
  public static boolean isPaused(Found<Claw> claw) {
    return "true".equals(claw.annotation(Keys.PAUSED));
  }

  /** The conditions in the order of the status. */
  public static List<Condition> conditions(Claw claw) {
    return claw.getStatus() == null || claw.getStatus().conditions() == null
        ? List.of()
        : claw.getStatus().conditions();
  }

  /** One condition. */
  public static Optional<Condition> condition(Claw claw, String type) {
    return conditions(claw).stream().filter(found -> found.type().equals(type)).findFirst();
  }
}
