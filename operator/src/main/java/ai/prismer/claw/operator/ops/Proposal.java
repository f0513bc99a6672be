package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.status.Held;
import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Intent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is proposed, from the agent's words to the operator's own intent. Pure.
 *
 * <p>A person approves what they were shown. So what is shown is not the intent as it was written
 * but the effect that the gate found in it, with nothing left to be chosen later: the pod by name,
 * the limit as an amount. Its text and its digest lie in the escalation, and the intent that is
 * carried out is made from that text alone.
 */
final class Proposal {
  /** Label of intents that carry out what a person approved. */
  static final String SOURCE = "approval";

  private Proposal() {}

  /** What a held intent asks for, as the escalation shows it. */
  static String text(Held held) {
    ObjectNode json = CanonicalJson.object();
    json.put("action", held.action());
    ObjectNode params = json.putObject("params");
    if (held.params() != null) {
      held.params().forEach(params::put);
    }
    return new String(CanonicalJson.write(json), StandardCharsets.UTF_8);
  }

  /** The digest that an approval of this action must repeat. */
  static String digest(Action action, Map<String, String> params, String clawUid) {
    return new Intent(action, params, 1, SOURCE, null, null).actionDigest(clawUid).hex();
  }

  /**
   * The operator's own intent for what this escalation proposes; empty where it proposes nothing
   * that can be read.
   *
   * @param generation the generation it gets
   */
  static Optional<Intent> intent(ClawOpsEscalation escalation, long generation) {
    String text = Escalations.status(escalation).proposedAction();
    if (text == null) {
      return Optional.empty();
    }
    try {
      JsonNode json = CanonicalJson.read(text.getBytes(StandardCharsets.UTF_8));
      Map<String, String> params = new HashMap<>();
      json.path("params")
          .properties()
          .forEach(param -> params.put(param.getKey(), param.getValue().asText()));
      return Action.of(json.path("action").asText())
          .map(action ->
              new Intent(
                  action,
                  params,
                  generation,
                  SOURCE,
                  escalation.getMetadata().getName(),
                  "approved by " + Escalations.status(escalation).approvedBy()));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
