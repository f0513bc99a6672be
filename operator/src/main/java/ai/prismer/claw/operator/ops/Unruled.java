package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.ops.Severity;
import ai.prismer.claw.gate.rule.Signal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Signals that no rule is for: somebody has to look at them. Pure.
 *
 * <p>One escalation for a Claw, a kind of signal and a container while it is open, however often
 * the signal comes; and one for what began it, so that the same edge is not news again once
 * somebody has closed it.
 */
final class Unruled {
  private Unruled() {}

  /**
   * The first that has no escalation yet.
   *
   * @param known the escalations of the Claw that are remembered; one too few costs a look at the
   *     API server, for the name of a new one follows from what began it
   */
  static Optional<Step> first(Sight sight, Function<Sight, List<ClawOpsEscalation>> known) {
    if (sight.suspended() || sight.signals().isEmpty()) {
      return Optional.empty();
    }
    return sight.ledger().counted().stream()
        .filter(signal -> signal.course() != Signal.Course.ENDED && !sight.book().counts(signal))
        .filter(signal -> known.apply(sight).stream().noneMatch(one -> isAbout(one, signal, sight)))
        .findFirst()
        .map(signal ->
            new Step.Escalate(
                name(signal, sight),
                Incident.ofSignal(
                    sight, signal.type().id(), signal.container(), severity(signal, sight))));
  }

  private static boolean isAbout(ClawOpsEscalation one, Signal signal, Sight sight) {
    var spec = one.getSpec();
    boolean same =
        sight.claw().getMetadata().getUid().equals(spec.clawUid())
            && signal.type().id().equals(spec.trigger().type())
            && Objects.equals(signal.container(), spec.trigger().container());
    return same
        && (!Escalations.hasEnded(one) || one.getMetadata().getName().equals(name(signal, sight)));
  }

  private static String name(Signal signal, Sight sight) {
    var metadata = sight.claw().getMetadata();
    return Incident.signalName(
        metadata.getName(),
        String.join(
            "|",
            metadata.getUid(),
            signal.type().id(),
            String.valueOf(signal.container()),
            signal.key()));
  }

  private static Severity severity(Signal signal, Sight sight) {
    return switch (sight.book().signals().severity(signal.type())) {
      case CRITICAL -> Severity.Critical;
      case HIGH -> Severity.High;
      case MEDIUM -> Severity.Medium;
      case LOW -> Severity.Low;
    };
  }
}
