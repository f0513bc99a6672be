package ai.prismer.claw.cli.ops;

import ai.prismer.claw.gate.intent.Quantity;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a receipt says, for a timeline. It is read and not verified: that is what {@code kubectl
 * claw audit verify} does, with a pinned key.
 *
 * @param index place in the log
 * @param time when, RFC 3339
 * @param kind {@code decision}, {@code outcome}, {@code request}, {@code upkeep} or {@code silence}
 * @param decision of a decision: {@code Execute}, {@code WouldExecute}, {@code Reject} …
 * @param action the action with its parameters, or what a person asked for
 * @param author who asked; of an outcome nobody
 * @param rule rule that asked; empty where none did
 * @param result of an outcome how it ended, of a refusal its code; else empty
 * @param reason the same in words
 * @param generation generation of the intent; -1 where there is none
 * @param decisionIndex of an outcome: place of its decision; -1 otherwise
 */
record ReceiptLine(
    long index,
    String time,
    String kind,
    String decision,
    String action,
    String author,
    String rule,
    String result,
    String reason,
    long generation,
    long decisionIndex) {

  private static final JsonMapper JSON = new JsonMapper();

  /** Reads an envelope; empty if it is none of ours. */
  static Optional<ReceiptLine> read(String envelope) {
    try {
      String payload = JSON.readTree(envelope).path("payload").asText();
      JsonNode predicate =
          JSON.readTree(new String(Base64.getDecoder().decode(payload), StandardCharsets.UTF_8))
              .path("predicate");
      // Everything is put in order by its time.
      Instant.parse(predicate.path("time").asText());
      return predicate.path("kind").isTextual() ? Optional.of(of(predicate)) : Optional.empty();
    } catch (IOException | IllegalArgumentException | DateTimeException unreadable) {
      return Optional.empty();
    }
  }

  boolean isDecision(String decided) {
    return kind.equals("decision") && decision.equals(decided);
  }

  /** Who asked, shortly: the rule, or the person or agent. */
  String by() {
    return rule.isEmpty() ? author : "rule " + rule;
  }

  private static ReceiptLine of(JsonNode json) {
    return new ReceiptLine(
        json.path("index").asLong(-1),
        json.path("time").asText(),
        json.path("kind").asText(),
        json.path("decision").asText(),
        action(json),
        json.at("/author/name").asText(),
        json.path("rule").asText(),
        json.path("outcome").asText(json.path("code").asText()),
        json.path("detail").asText(json.path("reason").asText()),
        json.at("/intent/generation").asLong(-1),
        json.path("decisionIndex").asLong(-1));
  }

  private static String action(JsonNode json) {
    return switch (json.path("kind").asText()) {
      case "request" -> json.path("request").asText();
      case "upkeep" -> json.path("upkeep").asText();
      case "outcome" -> json.path("action").asText();
      case "silence" -> "many refusals";
      default -> json.at("/intent/action").asText("unreadable intent") + change(json);
    };
  }

  /** From what to what where it is known, else the parameters. */
  private static String change(JsonNode json) {
    JsonNode effect = json.path("effect");
    if (effect.has("toMemoryBytes")) {
      return " from "
          + Quantity.printBytes(effect.path("fromMemoryBytes").asLong())
          + " to "
          + Quantity.printBytes(effect.path("toMemoryBytes").asLong());
    }
    if (effect.has("toCpuMillicores")) {
      return " from "
          + Quantity.printMillicores(effect.path("fromCpuMillicores").asLong())
          + " to "
          + Quantity.printMillicores(effect.path("toCpuMillicores").asLong());
    }
    if (effect.has("toReplicas")) {
      return " from "
          + effect.path("fromReplicas").asInt()
          + " to "
          + effect.path("toReplicas").asInt();
    }
    String params =
        json.at("/intent/params").properties().stream()
            .map(Map.Entry::getValue)
            .map(JsonNode::asText)
            .collect(Collectors.joining(" "));
    return params.isEmpty() ? "" : " " + params;
  }
}
