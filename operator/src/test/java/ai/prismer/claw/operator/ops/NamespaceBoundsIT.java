package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.ops.EscalationPhase;
import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.Test;

/**
 * Raises in a namespace whose owner has set bounds, as the API server's own admission keeps them.
 */
class NamespaceBoundsIT extends HealingScene {
  @Test
  void aRuleAsksForNoMoreThanALimitRangeAllows() {
    limitRange("80Mi");
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);

    bed.kubelet.killTwice("agent", old);
    Pod healed = bed.podOtherThan("agent", old);

    assertThat(Pods.memoryLimit(healed)).hasValue(80L << 20);
    bed.verify("agent", healed, clock, operator);
    bed.awaitEnd("agent", "Healthy");
  }

  @Test
  void aRuleAsksForNoMoreThanAQuotaHasLeft() {
    quota("88Mi");
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    bed.eventually(() -> assertThat(used()).isEqualTo("64Mi"));

    bed.kubelet.killTwice("agent", old);
    Pod healed = bed.podOtherThan("agent", old);

    assertThat(Pods.memoryLimit(healed)).hasValue(88L << 20);
    bed.verify("agent", healed, clock, operator);
    bed.awaitEnd("agent", "Healthy");
  }

  @Test
  void whereTheNamespaceLeavesNothingAPersonIsToldAndThePodIsLeftAlone() {
    limitRange("64Mi");
    bed.converged("agent");

    bed.kubelet.killTwice("agent", bed.pod("agent", pod -> true));

    bed.eventually(() -> assertThat(bed.story("agent")).containsExactly("Reject above-namespace"));
    assertThat(
            Escalations.status(bed.escalation("agent", EscalationPhase.Failed)).rejectionReason())
        .contains("LimitRanges and ResourceQuotas of namespace " + bed.namespace);
    bed.staysSo(after -> assertThat(after.diary.podsEver("agent")).isEqualTo(1));
  }

  private String used() {
    var status =
        bed.admin.resourceQuotas().inNamespace(bed.namespace).withName("q").get().getStatus();
    return status == null || status.getUsed() == null
        ? ""
        : String.valueOf(status.getUsed().get("limits.memory"));
  }

  private void limitRange(String max) {
    apply(
        """
        apiVersion: v1
        kind: LimitRange
        metadata: {name: l, namespace: %s}
        spec: {limits: [{type: Container, max: {memory: %s}, default: {memory: 16Mi}}]}
        """
            .formatted(bed.namespace, max));
  }

  private void quota(String hard) {
    apply(
        """
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: q, namespace: %s}
        spec: {hard: {limits.memory: %s}}
        """
            .formatted(bed.namespace, hard));
  }

  private void apply(String yaml) {
    server.apply(yaml);
  }
}
