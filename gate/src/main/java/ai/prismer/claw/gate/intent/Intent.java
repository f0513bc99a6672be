package ai.prismer.claw.gate.intent;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.canonical.Digest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request for one bounded operation, as it stands in the annotation {@code
 * claw.prismer.ai/ops-intent}.
 *
 * <p>Who asks is not in it: {@code source} is only a label for people. The author is what the API
 * server's admission policy vouched for, see {@link ai.prismer.claw.gate.decision.Author}.
 *
 * @param action what to do
 * @param params the action's parameters; strings only
 * @param generation orders intents; 1 to {@link CanonicalJson#MAX_INTEGER}, by custom Unix
 *     milliseconds
 * @param source label of the sender, for people
 * @param escalationRef the {@code ClawOpsEscalation} this answers, if any
 * @param reason why, for people; untrusted
 */
public record Intent(
    Action action,
    Map<String, String> params,
    long generation,
    String source,
    @Nullable String escalationRef,
    @Nullable String reason) {

  /**
   * Checks the range of the generation and copies the parameters.
   *
   * @throws IllegalArgumentException if the generation is out of range
   */
  public Intent {
    Objects.requireNonNull(action);
    Objects.requireNonNull(source);
    if (generation < 1 || generation > CanonicalJson.MAX_INTEGER) {
      throw new IllegalArgumentException("generation must be 1 to " + CanonicalJson.MAX_INTEGER);
    }
    params = Map.copyOf(params);
  }

  /** This intent as a JSON object. */
  public ObjectNode toJson() {
    ObjectNode json = CanonicalJson.object();
    json.put("action", action.id());
    ObjectNode parameters = json.putObject("params");
    params.forEach(parameters::put);
    json.put("generation", generation);
    json.put("source", source);
    if (escalationRef != null) {
      json.put("escalationRef", escalationRef);
    }
    if (reason != null) {
      json.put("reason", reason);
    }
    return json;
  }

  /** The canonical bytes (RFC 8785): equal for equal intents, however they were written. */
  public byte[] canonical() {
    return CanonicalJson.write(toJson());
  }

  /**
   * What a person approves: SHA-256 of the RFC 8785 form of {@code {clawUid, action, params}}.
   * Generation, sender and reason are not in it, so that the operator can carry out in its own name
   * what was approved, and nothing else.
   *
   * @param clawUid UID of the Claw it is for
   */
  public Digest actionDigest(String clawUid) {
    ObjectNode json = CanonicalJson.object();
    json.put("clawUid", clawUid);
    json.put("action", action.id());
    ObjectNode parameters = json.putObject("params");
    params.forEach(parameters::put);
    return Digest.of(CanonicalJson.write(json));
  }

  /** SHA-256 of {@link #canonical()}. */
  public Digest digest() {
    return Digest.of(canonical());
  }
}
