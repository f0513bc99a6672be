package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.Approval;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.ops.EscalationSpec;
import ai.prismer.claw.api.ops.EscalationStatus;
import ai.prismer.claw.api.status.Held;
import ai.prismer.claw.gate.decision.Docket;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of incidents. Every call may be repeated, by this operator or another one: the
 * name of a record follows from what it is about, its spec is written once, and an ended one only
 * takes the result that is still missing.
 */
final class Escalations {
  /** What a name can be; anything else is no name, and would be another path of the API. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  private final KubernetesClient client;
  private final PodEvents events;

  Escalations(KubernetesClient client) {
    this.client = client;
    this.events = new PodEvents(client);
  }

  /** The record of this name as the API server has it now, if there is one. */
  Optional<ClawOpsEscalation> find(String namespace, @Nullable String name) {
    return name == null || !NAME.matcher(name).matches()
        ? Optional.empty()
        : Optional.ofNullable(at(namespace, name).get());
  }

  /**
   * The record of this incident, made if it is not there; what Events say of the pods is looked up
   * only then.
   */
  ClawOpsEscalation open(Sight sight, String name, EscalationSpec spec) {
    return open(
        sight.claw().getMetadata().getNamespace(), name, () -> spec.withEvents(events.of(sight)));
  }

  /** The record of this name, made of this spec if it is not there. */
  ClawOpsEscalation open(String namespace, String name, Supplier<EscalationSpec> spec) {
    ClawOpsEscalation present = at(namespace, name).get();
    if (present != null) {
      return present;
    }
    try {
      return client.resource(wanted(namespace, name, spec.get())).create();
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

  /** Somebody has to look at it: whoever watches escalations takes it from here. */
  void pending(ClawOpsEscalation escalation) {
    move(
        escalation,
        status ->
            status.phase() == null
                ? EscalationEdit.of(status).phase(EscalationPhase.Pending, null).done()
                : status);
  }

  /** There is something that a person can approve. */
  void proposed(ClawOpsEscalation escalation, Held held, String receipt) {
    String action = Proposal.text(held);
    move(
        escalation,
        status ->
            hasEnded(status) || Objects.equals(status.actionDigest(), held.actionDigest())
                ? status
                : EscalationEdit.of(status)
                    .phase(EscalationPhase.Proposed, null)
                    .proposal(action, held.actionDigest())
                    .receipt(receipt)
                    .done());
  }

  /**
   * An action was carried out.
   *
   * @param phase Executed, or AutoExecuted where a rule asked
   * @param rule the rule that asked
   * @param by who answered by an own intent; null where nobody did
   */
  void executed(
      ClawOpsEscalation escalation,
      EscalationPhase phase,
      @Nullable String rule,
      @Nullable String by,
      String action,
      Instant at,
      String receipt) {
    move(
        escalation,
        status -> {
          if (hasEnded(status)) {
            return status;
          }
          EscalationEdit edit =
              EscalationEdit.of(status)
                  .ended(phase, at)
                  .rule(rule)
                  .executed(action, at)
                  .receipt(receipt);
          return (by == null ? edit : edit.decidedBy(by, at)).done();
        });
  }

  /** Nothing was carried out, or it had to be taken back. */
  void failed(
      ClawOpsEscalation escalation,
      @Nullable String rule,
      String reason,
      Instant at,
      String receipt) {
    move(
        escalation,
        status ->
            hasEnded(status)
                ? status
                : EscalationEdit.of(status)
                    .ended(EscalationPhase.Failed, at)
                    .rule(rule)
                    .reason(reason)
                    .receipt(receipt)
                    .done());
  }

  /** Nothing is to be decided any more; where something approved is under way it goes on. */
  void rejected(ClawOpsEscalation escalation, String reason, Instant at, String receipt) {
    move(
        escalation,
        status ->
            hasEnded(status) || status.phase() == EscalationPhase.Approved
                ? status
                : EscalationEdit.of(status)
                    .ended(EscalationPhase.Rejected, at)
                    .reason(reason)
                    .receipt(receipt)
                    .done());
  }

  /**
   * The records that say that self-healing of this Claw has stopped, as the API server has them.
   */
  List<ClawOpsEscalation> freezes(Claw claw) {
    var metadata = claw.getMetadata();
    return client
        .resources(ClawOpsEscalation.class)
        .inNamespace(metadata.getNamespace())
        .withLabel(Keys.LABEL_INSTANCE, metadata.getName())
        .list()
        .getItems()
        .stream()
        .filter(Incident::isFreeze)
        .filter(escalation -> metadata.getUid().equals(escalation.getSpec().clawUid()))
        .toList();
  }

  /** How the action that was carried out ended; said once. */
  void ended(ClawOpsEscalation escalation, String result) {
    move(
        escalation,
        status ->
            status.result() != null ? status : EscalationEdit.of(status).result(result).done());
  }

  static boolean wasExecuted(ClawOpsEscalation escalation) {
    EscalationPhase phase = status(escalation).phase();
    return phase == EscalationPhase.AutoExecuted || phase == EscalationPhase.Executed;
  }

  static boolean hasEnded(ClawOpsEscalation escalation) {
    return hasEnded(status(escalation));
  }

  private static boolean hasEnded(EscalationStatus status) {
    return status.phase() != null && status.phase().isTerminal();
  }

  /** The escalation as the gate judges it. */
  static Docket.Case asCase(ClawOpsEscalation escalation) {
    EscalationStatus status = status(escalation);
    Approval approval = escalation.getSpec().approval();
    String approved =
        approval != null && approval.decision() == Approval.Decision.Approve
            ? approval.actionDigest()
            : null;
    return new Docket.Case(
        escalation.getMetadata().getName(),
        Objects.requireNonNullElse(escalation.getSpec().clawUid(), ""),
        phase(escalation).name(),
        status.assignedTo(),
        status.deadline() == null ? null : Instant.parse(status.deadline()),
        approved,
        status.approvedBy());
  }

  static EscalationPhase phase(ClawOpsEscalation escalation) {
    return Objects.requireNonNullElse(status(escalation).phase(), EscalationPhase.Pending);
  }

  static EscalationStatus status(ClawOpsEscalation escalation) {
    return Objects.requireNonNullElse(escalation.getStatus(), EscalationStatus.EMPTY);
  }

  private void move(ClawOpsEscalation escalation, UnaryOperator<EscalationStatus> step) {
    store(escalation, step.apply(status(escalation)));
  }

  /**
   * Stores this status, if it is another one; on the version that was read, so that a lost race is
   * 409 Conflict.
   */
  void store(ClawOpsEscalation escalation, EscalationStatus next) {
    if (next.equals(status(escalation))) {
      return;
    }
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch
        .putObject("metadata")
        .put("resourceVersion", escalation.getMetadata().getResourceVersion());
    ObjectNode wanted = json(next);
    // A merge keeps what is left out: what is to go must be named.
    json(status(escalation))
        .fieldNames()
        .forEachRemaining(name -> {
          if (!wanted.has(name)) {
            wanted.putNull(name);
          }
        });
    patch.set("status", wanted);
    client
        .resource(escalation)
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
  }

  /** Removes a record, if it is still this very one. */
  void remove(ClawOpsEscalation escalation) {
    client
        .resource(escalation)
        .lockResourceVersion(escalation.getMetadata().getResourceVersion())
        .delete();
  }

  private ObjectNode json(EscalationStatus status) {
    return client.getKubernetesSerialization().convertValue(status, ObjectNode.class);
  }

  private Resource<ClawOpsEscalation> at(String namespace, String name) {
    return client.resources(ClawOpsEscalation.class).inNamespace(namespace).withName(name);
  }
}
