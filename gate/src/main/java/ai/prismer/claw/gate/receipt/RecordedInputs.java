package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.decision.Brakes;
import ai.prismer.claw.gate.decision.ClawIdentity;
import ai.prismer.claw.gate.decision.Docket;
import ai.prismer.claw.gate.decision.Limits;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Outbreak;
import ai.prismer.claw.gate.decision.Policy;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything a recorded decision rested on, read back from its receipt.
 *
 * <p>The reader is lenient about what it does not know, on purpose: whoever decides again writes
 * the receipt again and compares all of it, so a field that got lost here is found there.
 *
 * @param parsed what stood in the annotation
 * @param author who wrote it
 * @param rule id of the rule that made it, if one did
 * @param policy what was allowed
 * @param observed the world at that moment
 */
record RecordedInputs(
    Parsed parsed, Author author, @Nullable String rule, Policy policy, Observed observed) {

  /**
   * Reads the predicate of a decision's receipt.
   *
   * @throws NotVerifiedException if something that the gate needs is missing or unreadable
   */
  static RecordedInputs of(JsonNode predicate) throws NotVerifiedException {
    try {
      JsonNode author = predicate.path("author");
      return new RecordedInputs(
          parsed(predicate.path("intent")),
          new Author(
              oneOf(AuthorClass.values(), AuthorClass::id, author, "class"), text(author, "name")),
          predicate.path("rule").textValue(),
          policy(predicate.path("policy")),
          observed(claw(predicate.path("claw")), predicate.path("observed")));
    } catch (IllegalArgumentException | DateTimeException unreadable) {
      throw new NotVerifiedException(
          Flaw.MALFORMED, "its inputs cannot be read: " + unreadable.getMessage());
    }
  }

  /** The Claw that a predicate names. */
  static ClawIdentity claw(JsonNode claw) {
    return new ClawIdentity(text(claw, "namespace"), text(claw, "name"), text(claw, "uid"));
  }

  /** The time that a predicate names. */
  static Instant time(JsonNode predicate) {
    return Instant.parse(text(predicate, "time"));
  }

  private static Parsed parsed(JsonNode intent) {
    if (!intent.has("malformed")) {
      return new Parsed.Valid(intent(intent));
    }
    if (intent.path("raw").isTextual()) {
      byte[] raw = Base64.getDecoder().decode(intent.path("raw").textValue());
      return IntentParser.parse(new String(raw, StandardCharsets.UTF_8));
    }
    // Two kinds of texts are recorded by their beginning only. Each has one reason to be refused,
    // and that reason does not depend on the rest of the text.
    boolean oversized = number(intent, "bytes") > IntentParser.MAX_BYTES;
    return IntentParser.parse(oversized ? "-".repeat(IntentParser.MAX_BYTES + 1) : "\ud800");
  }

  /** Not by the parser: the canonical form of an intent that just fits may be longer. */
  private static Intent intent(JsonNode json) {
    Map<String, String> params = new HashMap<>();
    for (var param : json.path("params").properties()) {
      params.put(param.getKey(), text(json.path("params"), param.getKey()));
    }
    return new Intent(
        oneOf(Action.values(), Action::id, json, "action"),
        params,
        number(json, "generation"),
        text(json, "source"),
        json.path("escalationRef").textValue(),
        json.path("reason").textValue());
  }

  private static Policy policy(JsonNode json) {
    Set<Action> executable = EnumSet.noneOf(Action.class);
    for (JsonNode action : json.path("executable")) {
      executable.add(Action.of(action.asText()).orElseThrow(() -> unknown("executable", action)));
    }
    return new Policy(
        oneOf(Policy.AgentIntents.values(), Policy.AgentIntents::id, json, "agentIntents"),
        oneOf(Policy.Mode.values(), Policy.Mode::id, json, "mode"),
        limits(json.path("max")),
        Math.toIntExact(number(json, "maxReplicas")),
        Math.toIntExact(number(json, "budgetPerHour")),
        executable,
        Duration.ofMillis(number(json, "agentLeadMillis")),
        Duration.ofMillis(number(json, "leadMillis")));
  }

  private static Observed observed(ClawIdentity claw, JsonNode json) {
    List<Observed.Pod> pods = new ArrayList<>();
    for (JsonNode pod : json.path("pods")) {
      pods.add(
          new Observed.Pod(
              text(pod, "name"), text(pod, "uid"), pod.path("failing").booleanValue()));
    }
    return new Observed(
        claw,
        Instant.parse(text(json, "now")),
        number(json, "mark"),
        oneOf(Observed.Life.values(), Observed.Life::name, json, "life"),
        json.has("inFlight") ? oneOf(Action.values(), Action::id, json, "inFlight") : null,
        limits(json.path("running")),
        limits(json.path("desired")),
        pods,
        Math.toIntExact(number(json, "replicas")),
        json.path("singleWriter").booleanValue(),
        limits(json.path("largestNode")),
        limits(json.path("namespaceBound")),
        json.has("outbreak") ? outbreak(json.path("outbreak")) : null,
        brakes(json.path("brakes")),
        docket(json.path("docket")),
        json.path("ruleAsking").textValue());
  }

  private static Outbreak outbreak(JsonNode json) {
    return new Outbreak(
        text(json, "where"),
        Math.toIntExact(number(json, "abnormal")),
        Math.toIntExact(number(json, "of")));
  }

  private static Docket docket(JsonNode json) {
    return new Docket(
        text(json, "agent"),
        json.path("held").textValue(),
        json.has("named") ? named(json.path("named")) : null);
  }

  private static Docket.Case named(JsonNode json) {
    return new Docket.Case(
        text(json, "name"),
        text(json, "clawUid"),
        text(json, "phase"),
        json.path("assignedTo").textValue(),
        instant(json, "deadline"),
        json.path("approvedAction").textValue(),
        json.path("approvedBy").textValue());
  }

  private static Brakes brakes(JsonNode json) {
    return new Brakes(
        Math.toIntExact(number(json, "actionsInHour")),
        instant(json, "budgetFreeAt"),
        instant(json, "lastChange"),
        json.path("frozen").booleanValue());
  }

  private static Limits limits(JsonNode json) {
    return new Limits(amount(json.path("memoryBytes")), amount(json.path("cpuMillicores")));
  }

  private static OptionalLong amount(JsonNode amount) {
    return amount.isMissingNode()
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(amount.asText()));
  }

  private static @Nullable Instant instant(JsonNode json, String name) {
    return json.has(name) ? Instant.parse(text(json, name)) : null;
  }

  private static String text(JsonNode json, String name) {
    String text = json.path(name).textValue();
    if (text == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return text;
  }

  private static long number(JsonNode json, String name) {
    JsonNode number = json.path(name);
    if (!number.isIntegralNumber() || !number.canConvertToLong()) {
      throw new IllegalArgumentException(name + " is no whole number");
    }
    return number.longValue();
  }

  private static <T> T oneOf(T[] values, Function<T, String> id, JsonNode json, String name) {
    for (T value : values) {
      if (id.apply(value).equals(json.path(name).textValue())) {
        return value;
      }
    }
    throw unknown(name, json.path(name));
  }

  private static IllegalArgumentException unknown(String name, JsonNode value) {
    return new IllegalArgumentException(
        name + " has the value " + value + ", which this version does not know");
  }
}
