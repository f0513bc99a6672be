package ai.prismer.claw.cli.escalation;

import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.canonical.Digest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * What an escalation says. It is read from the tree: whatever a later version adds to a proposal, a
 * person decides on the digest of all of it.
 *
 * @param escalation the object
 */
record Facts(JsonNode escalation) {
  static Facts of(Found<ObjectNode> found) {
    return new Facts(found.tree());
  }

  String claw() {
    return text("/spec/clawRef/name");
  }

  String trigger() {
    return text("/spec/trigger/type");
  }

  String severity() {
    return text("/spec/severity");
  }

  String phase() {
    return text("/status/phase").isEmpty() ? "Pending" : text("/status/phase");
  }

  /** What is proposed or was done, as the operator recorded it. */
  String action() {
    return text("/status/executedAction").isEmpty()
        ? text("/status/proposedAction")
        : text("/status/executedAction");
  }

  String result() {
    return text("/status/result").isEmpty()
        ? text("/status/rejectionReason")
        : text("/status/result");
  }

  /** What is proposed, JSON; empty where nothing is. */
  String proposed() {
    return text("/status/proposedAction");
  }

  /** The digest that the operator published for the proposal; empty where there is none. */
  String digest() {
    return text("/status/actionDigest");
  }

  /** What Events said of the pods, one a line; anybody may write them. */
  String events() {
    return StreamSupport.stream(escalation.at("/spec/eventSnapshot").spliterator(), false)
        .map(event ->
            String.join(
                " ",
                event.path("timestamp").asText(),
                event.path("type").asText(),
                event.path("reason").asText() + ":",
                event.path("message").asText()))
        .collect(Collectors.joining("\n"));
  }

  String text(String pointer) {
    return escalation.at(pointer).asText();
  }

  /**
   * The digest of what is shown, computed here: SHA-256 of the RFC 8785 form of {@code {clawUid,
   * action, params}}. Empty if the proposal is no JSON object.
   */
  Optional<String> computedDigest() {
    try {
      ObjectNode proposed = CanonicalJson.read(proposed().getBytes(StandardCharsets.UTF_8));
      ObjectNode approved = CanonicalJson.object();
      approved.put("clawUid", text("/spec/clawUid"));
      approved.set("action", proposed.path("action"));
      approved.set(
          "params", proposed.has("params") ? proposed.get("params") : CanonicalJson.object());
      return Optional.of(Digest.of(CanonicalJson.write(approved)).hex());
    } catch (IOException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }
}
