package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.ops.EscalationStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hears what a companion says in the annotation {@code ops-analysis}. Pure.
 *
 * <p>It is heard like an intent of it would be: about the escalation it was given, while that is
 * being analysed, before the deadline. All it can bring about is that a person is asked sooner.
 *
 * @param next the status of the escalation; null where nothing is taken
 * @param notice what to say once the annotation is gone
 */
record Hearing(@Nullable EscalationStatus next, Notice notice) {

  /** The escalation that an analysis is about, if it can be read. */
  static @Nullable String about(Sight sight) {
    return Optional.ofNullable(sight.annotation(Keys.ANALYSIS))
        .flatMap(Analysis::parse)
        .map(Analysis::escalationRef)
        .orElse(null);
  }

  /**
   * Hears.
   *
   * @param escalation the one it is about, as the API server has it now
   * @param timeout how long a person is waited for
   */
  static Hearing of(Sight sight, @Nullable ClawOpsEscalation escalation, Duration timeout) {
    String by = Objects.requireNonNullElse(sight.annotation(Keys.ANALYSIS_BY), "");
    Analysis analysis =
        Analysis.parse(Objects.requireNonNullElse(sight.annotation(Keys.ANALYSIS), ""))
            .orElse(null);
    if (!sight.confined() || by.isEmpty()) {
      return refused(by, "nobody vouches for who wrote it");
    }
    if (analysis == null) {
      return refused(
          by,
          "it must be a JSON object of at most "
              + Analysis.MAX_BYTES
              + " bytes with the strings escalationRef, outcome (unsure or failed) and text");
    }
    if (escalation == null
        || !sight.claw().getMetadata().getUid().equals(escalation.getSpec().clawUid())) {
      return refused(by, "there is no such escalation of this Claw");
    }
    EscalationStatus status = Escalations.status(escalation);
    boolean given =
        Escalations.phase(escalation) == EscalationPhase.Analyzing
            && by.equals(status.assignedTo());
    boolean inTime =
        status.deadline() != null && sight.now().isBefore(Instant.parse(status.deadline()));
    if (!given || !inTime) {
      return refused(
          by, "escalation " + escalation.getMetadata().getName() + " does not wait for it");
    }
    return new Hearing(
        EscalationEdit.of(status)
            .phase(EscalationPhase.AwaitingApproval, sight.now().plus(timeout))
            .analysis(analysis.shown(by))
            .notified(sight.now())
            .done(),
        new Notice.Waits(escalation.getMetadata().getName(), analysis.outcome(), null));
  }

  private static Hearing refused(String by, String why) {
    return new Hearing(null, new Notice.Unheard(by, why));
  }
}
