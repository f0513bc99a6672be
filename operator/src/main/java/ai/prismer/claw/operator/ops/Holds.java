package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.status.Held;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.Effect;
import ai.prismer.claw.gate.intent.Intent;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The proposal of a Claw that waits for a person: how it comes to wait, and what follows from its
 * escalation. Pure.
 *
 * <p>That one waits stands in the Claw's own status, so that two operators cannot let two wait;
 * what was decided stands in the escalation. Approved, it comes back as an intent in the
 * annotation, like any other, and from there on nothing is different about it but its author.
 */
final class Holds {
  private static final int MAX_REASON = 512;

  private Holds() {}

  /** The proposal that an intent becomes. */
  static Held of(Sight sight, Intent intent, Author author, Effect effect) {
    InFlight shown = new Beginning(sight, intent, author, null, null, effect).flight();
    Map<String, String> params = Objects.requireNonNullElse(shown.params(), Map.of());
    var metadata = sight.claw().getMetadata();
    return new Held(
        intent.escalationRef() == null
            ? Incident.name(metadata.getName(), intent.generation())
            : intent.escalationRef(),
        shown.action(),
        params,
        Proposal.digest(intent.action(), params, metadata.getUid()),
        author.name(),
        intent.reason() == null ? null : Analysis.harmless(intent.reason(), MAX_REASON),
        sight.now().toString());
  }

  /** What it would do, for people. */
  static String what(Held held) {
    return held.action()
        + (held.params() == null || held.params().isEmpty()
            ? ""
            : " " + String.join(" ", held.params().values()));
  }

  /**
   * What follows from the escalation whose proposal waits; empty where nothing does.
   *
   * @param escalation as the API server has it now; null where it is gone
   */
  static Optional<Step> next(Sight sight, @Nullable ClawOpsEscalation escalation) {
    if (escalation == null || Escalations.hasEnded(escalation)) {
      return Optional.of(over(sight));
    }
    // Nobody's word counts while anybody could have written it.
    if (Escalations.phase(escalation) != EscalationPhase.Approved || !sight.confined()) {
      return Optional.empty();
    }
    var status = Escalations.status(escalation);
    if (status.deadline() == null || !sight.now().isBefore(Instant.parse(status.deadline()))) {
      return Optional.of(over(sight));
    }
    long generation = Math.max(sight.now().toEpochMilli(), sight.mark() + 1);
    return Proposal.intent(escalation, Math.min(generation, CanonicalJson.MAX_INTEGER))
        .map(intent ->
            new Step.Ask(
                intent,
                new Notice.Approved(
                    escalation.getMetadata().getName(),
                    Objects.requireNonNullElse(status.approvedBy(), ""),
                    intent.action() + " " + String.join(" ", intent.params().values()))));
  }

  private static Step over(Sight sight) {
    return new Step.Store(OpsEdit.of(sight.ops()).held(null).done());
  }
}
