package ai.prismer.claw.operator.ops;

import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.testkit.attack.Users;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A person who may decide on the escalations of a bed, and nothing else. */
final class Approver {
  private final HealingBed bed;
  private final KubernetesClient client;

  Approver(HealingBed bed) {
    this(bed, "approver");
  }

  Approver(HealingBed bed, String account) {
    this.bed = bed;
    bed.server.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: ACCOUNT, namespace: NS}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: claw-approver}
        subjects: [{kind: ServiceAccount, name: ACCOUNT, namespace: NS}]
        """
            .replace("NS", bed.namespace)
            .replace("ACCOUNT", account));
    this.client = bed.server.clientForServiceAccount(bed.namespace, account);
  }

  /** As whom the API server knows the person. */
  String name() {
    return Users.self(client);
  }

  /** Decides, Approve or Reject, on what the status shows. */
  void decide(ClawOpsEscalation escalation, String decision) {
    String digest = Escalations.status(escalation).actionDigest();
    client
        .resources(ClawOpsEscalation.class)
        .inNamespace(bed.namespace)
        .withName(escalation.getMetadata().getName())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"approval\":{\"decision\":\"%s\",\"by\":\"%s\"%s}}}"
                .formatted(
                    decision,
                    name(),
                    digest == null ? "" : ",\"actionDigest\":\"" + digest + "\""));
  }

  /** Says yes as soon as somebody is asked, unless that has been said; or until there is no use. */
  void saysYes(String claw, BooleanSupplier noUse) {
    await()
        .atMost(HealingBed.PATIENCE)
        .pollInterval(Duration.ofMillis(25))
        .until(() -> {
          for (ClawOpsEscalation escalation : bed.escalations(claw)) {
            boolean asked = Escalations.phase(escalation) == EscalationPhase.AwaitingApproval;
            if (asked && escalation.getSpec().approval() == null) {
              decide(escalation, "Approve");
            }
            if (escalation.getSpec().approval() != null) {
              return true;
            }
          }
          return noUse.getAsBoolean();
        });
  }
}
