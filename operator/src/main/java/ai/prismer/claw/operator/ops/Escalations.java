package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.ops.EscalationSpec;
import ai.prismer.claw.api.ops.EscalationStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of incidents. Every call may be repeated, by this operator or another one: the
 * name of a record follows from the intent, its spec is written once, and an ended one only takes
 * the result that is still missing.
 */
final class Escalations {
  private final KubernetesClient client;

  Escalations(KubernetesClient client) {
    this.client = client;
  }

  /** The record of this incident, made if it is not there. */
  ClawOpsEscalation open(String namespace, String name, EscalationSpec spec) {
    ClawOpsEscalation present = at(namespace, name).get();
    if (present != null) {
      return present;
    }
    try {
      return client.resource(wanted(namespace, name, spec)).create();
    } catch (KubernetesClientException refused) {
      ClawOpsEscalation other =
          refused.getCode() == HttpURLConnection.HTTP_CONFLICT ? at(namespace, name).get() : null;
      if (other == null) {
        throw refused;
      }
      return other;
    }
  }

  private static ClawOpsEscalation wanted(String namespace, String name, EscalationSpec spec) {
    ClawOpsEscalation wanted = new ClawOpsEscalation();
    wanted.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(name)
            .withLabels(
                Map.of(
                    Keys.LABEL_MANAGED_BY,
                    Keys.MANAGED_BY,
                    Keys.LABEL_INSTANCE,
                    spec.clawRef().name()))
            .build());
    wanted.setSpec(spec);
    return wanted;
  }

  /** The action was carried out. */
  void executed(
      ClawOpsEscalation escalation, String rule, String action, String at, String receipt) {
    move(
        escalation,
        status ->
            hasEnded(status)
                ? status
                : new EscalationStatus(
                    EscalationPhase.AutoExecuted, rule, action, at, null, receipt, null));
  }

  /** Nothing was carried out, or it had to be taken back. */
  void failed(ClawOpsEscalation escalation, @Nullable String rule, String reason, String receipt) {
    move(
        escalation,
        status ->
            hasEnded(status)
                ? status
                : new EscalationStatus(
                    EscalationPhase.Failed, rule, null, null, null, receipt, Incident.cut(reason)));
  }

  /** How the action that was carried out ended; said once. */
  void ended(ClawOpsEscalation escalation, String result) {
    move(
        escalation,
        status ->
            status.result() != null
                ? status
                : new EscalationStatus(
                    status.phase(),
                    status.matchedRule(),
                    status.executedAction(),
                    status.executedAt(),
                    result,
                    status.receiptRef(),
                    status.rejectionReason()));
  }

  static boolean wasExecuted(ClawOpsEscalation escalation) {
    return status(escalation).phase() == EscalationPhase.AutoExecuted;
  }

  private void move(ClawOpsEscalation escalation, UnaryOperator<EscalationStatus> step) {
    EscalationStatus next = step.apply(status(escalation));
    if (next.equals(status(escalation))) {
      return;
    }
    var metadata = escalation.getMetadata();
    client
        .resource(escalation)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            client
                .getKubernetesSerialization()
                .asJson(
                    Map.of(
                        "metadata",
                        Map.of("resourceVersion", metadata.getResourceVersion()),
                        "status",
                        next)));
  }

  private static boolean hasEnded(EscalationStatus status) {
    return switch (status.phase()) {
      case null -> false;
      case Pending -> false;
      case AutoExecuted, Failed -> true;
    };
  }

  private static EscalationStatus status(ClawOpsEscalation escalation) {
    EscalationStatus status = escalation.getStatus();
    return status == null ? new EscalationStatus(null, null, null, null, null, null, null) : status;
  }

  private Resource<ClawOpsEscalation> at(String namespace, String name) {
    return client.resources(ClawOpsEscalation.class).inNamespace(namespace).withName(name);
  }
}
