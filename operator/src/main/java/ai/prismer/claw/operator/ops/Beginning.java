package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.Effect;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.intent.Quantity;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.operator.model.EffectiveResources;
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
 * @param effect what the gate accepted
 */
record Beginning(Sight sight, Intent intent, Author author, @Nullable Rule rule, Effect effect) {

  /** The state in which the action is in flight and in effect, as far as the status goes. */
  OpsEdit announced() {
    OpsEdit edit = OpsEdit.of(sight.ops()).inFlight(flight()).acted(sight.now());
    if (effect instanceof Effect.SetMemory(long ignored, long to)) {
      edit.adjustments(
          Adjustments.raised(
              sight.ops(),
              new Adjustment(
                  EffectiveResources.FIELD_MEMORY,
                  Quantity.printBytes(to),
                  author.name(),
                  intent.generation(),
                  sight.now().toString())));
    }
    if (rule != null) {
      edit.rules(Memory.acted(sight.ops(), rule, sight.now()));
    }
    return edit;
  }

  InFlight flight() {
    return switch (effect) {
      case Effect.SetMemory(long from, long to) ->
          flight(
              Map.of("target", Quantity.printBytes(to)), Quantity.printBytes(from), standingPod());
      case Effect.RestartPod(String pod, String uid) -> flight(Map.of("pod", pod), null, uid);
      case Effect.SetCpu ignored -> throw notCarriedOut();
      case Effect.RolloutRestart ignored -> throw notCarriedOut();
      case Effect.SetReplicas ignored -> throw notCarriedOut();
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
            ? null
            : Incident.name(sight.claw().getMetadata().getName(), intent.generation()),
        Stage.Acting.name(),
        null,
        null,
        null,
        sight.now().toString(),
        null);
  }

  private @Nullable String standingPod() {
    return sight.pods().stream()
        .filter(pod -> !Pods.isGoing(pod))
        .map(Pods::uid)
        .findFirst()
        .orElse(null);
  }

  private IllegalStateException notCarriedOut() {
    Action action = intent.action();
    return new IllegalStateException(action + " is not carried out, yet the gate accepted it");
  }
}
