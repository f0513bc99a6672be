package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.Effect;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.intent.Quantity;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.operator.model.EffectiveResources;
import ai.prismer.claw.operator.model.Layer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an accepted intent is announced in the status before anything is done. All that happens later
 * is read from there, and there stands what the gate accepted, not what the intent says.
 *
 * @param sight what the decision rested on
 * @param intent what was asked
 * @param author who asked
 * @param rule the rule behind it, if there is one
 * @param escalation the open escalation that the intent answers, if it does
 * @param effect what the gate accepted
 */
record Beginning(
    Sight sight,
    Intent intent,
    Author author,
    @Nullable Rule rule,
    @Nullable String escalation,
    Effect effect) {

  /** The state in which the action is in flight and in effect, as far as the status goes. */
  OpsEdit announced() {
    InFlight flight = flight();
    OpsEdit edit =
        OpsEdit.of(sight.ops())
            .inFlight(flight)
            .actions(Restraint.begun(sight.ops(), flight, sight.now()));
    switch (effect) {
      case Effect.SetMemory(long ignored, long to) ->
          adjust(edit, EffectiveResources.FIELD_MEMORY, Quantity.printBytes(to));
      case Effect.SetCpu(long ignored, long to) ->
          adjust(edit, EffectiveResources.FIELD_CPU, Quantity.printMillicores(to));
      case Effect.SetReplicas(int ignored, int to) ->
          adjust(edit, Layer.FIELD_REPLICAS, Integer.toString(to));
      case Effect.RolloutRestart() -> edit.restart(intent.generation());
      case Effect.RestartPod ignored -> {
        // The pod is removed, and nothing is left behind.
      }
    }
    if (isHeldBy(sight.ops(), escalation)) {
      edit.held(null);
    }
    if (rule != null) {
      edit.rules(Memory.acted(sight.ops(), rule, sight.now()));
    }
    return edit;
  }

  /** Whether the proposal that waits is the one of this escalation. */
  static boolean isHeldBy(OpsStatus ops, @Nullable String escalation) {
    return ops.held() != null && ops.held().escalation().equals(escalation);
  }

  InFlight flight() {
    return switch (effect) {
      case Effect.SetMemory(long from, long to) ->
          flight(Map.of("target", Quantity.printBytes(to)), Quantity.printBytes(from), null);
      case Effect.RestartPod(String pod, String uid) -> flight(Map.of("pod", pod), null, uid);
      case Effect.SetCpu(long from, long to) ->
          flight(
              Map.of("target", Quantity.printMillicores(to)), Quantity.printMillicores(from), null);
      case Effect.RolloutRestart() -> flight(Map.of(), null, null);
      case Effect.SetReplicas(int from, int to) ->
          flight(Map.of("replicas", Integer.toString(to)), Integer.toString(from), null);
    };
  }

  private InFlight flight(
      Map<String, String> params, @Nullable String before, @Nullable String podUid) {
    return new InFlight(
        intent.generation(),
        intent.digest().hex(),
        intent.action().id(),
        params,
        author.name(),
        author.authorClass().id(),
        rule == null ? null : rule.id(),
        before,
        podUid,
        rule == null
            ? escalation
            : Incident.name(sight.claw().getMetadata().getName(), intent.generation()),
        Stage.Acting.name(),
        null,
        null,
        null,
        sight.now().toString(),
        null);
  }

  private void adjust(OpsEdit edit, String field, String value) {
    edit.adjustments(
        Adjustments.raised(
            sight.ops(),
            new Adjustment(
                field,
                value,
                author.name(),
                intent.generation(),
                sight.now().toString(),
                Expiry.ofNew(sight))));
  }
}
