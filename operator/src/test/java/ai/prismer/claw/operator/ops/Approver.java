package ai.prismer.claw.operator.ops;

import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.ops.EscalationPhase;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A person who agrees to everything. */
final class Approver {
  private Approver() {}

  /** Says yes as soon as somebody is asked, unless that has been said; or until there is no use. */
  static void saysYes(HealingBed bed, String claw, KubernetesClient as, BooleanSupplier noUse) {
    await()
        .atMost(HealingBed.PATIENCE)
        .pollInterval(Duration.ofMillis(25))
        .until(() -> {
          for (ClawOpsEscalation escalation : bed.escalations(claw)) {
            boolean asked = Escalations.phase(escalation) == EscalationPhase.AwaitingApproval;
            if (asked && escalation.getSpec().approval() == null) {
              bed.decide(as, escalation, "Approve");
            }
            if (escalation.getSpec().approval() != null) {
              return true;
            }
          }
          return noUse.getAsBoolean();
        });
  }
}
