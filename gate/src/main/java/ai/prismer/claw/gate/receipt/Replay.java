package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.ClawIdentity;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.decision.Gate;
import ai.prismer.claw.gate.decision.GateVersion;
import ai.prismer.claw.gate.text.ForeignText;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Decides again what a receipt says was decided.
 *
 * <p>A receipt holds all that the gate saw. So the same pure function is asked once more, the whole
 * receipt is written anew from its answer, and the two are compared byte for byte: decision,
 * effect, reason and every digest at once. What a signature cannot show, this does: that the
 * operator decided by the rules it claims, and not otherwise.
 */
public sealed interface Replay {
  /** Where a receipt names the gate. */
  String GATE_VERSION = "gateVersion";

  /** The receipt records no decision. */
  record NoDecision() implements Replay {}

  /**
   * The same decision with the same digest.
   *
   * @param digest digest of the receipt, recorded and made anew
   */
  record Same(Digest digest) implements Replay {}

  /**
   * Not what the gate decides from these inputs.
   *
   * @param differences what differs, each as {@code name: recorded, decided now}, safe to show; at
   *     least one
   */
  record Different(List<String> differences) implements Replay {
    /** Copies the list. */
    public Different {
      differences = List.copyOf(differences);
    }
  }

  /**
   * Decided by another version of the gate, which this one cannot vouch for.
   *
   * @param recorded version of the gate that decided; 0 for one from before versions were recorded
   * @param current version of the gate that was asked now
   * @param differences what differs, as in {@link Different}
   */
  record OtherGate(int recorded, int current, List<String> differences) implements Replay {
    /** Copies the list. */
    public OtherGate {
      differences = List.copyOf(differences);
    }
  }

  /**
   * Decides again. What another version of the gate decided, and this one decides as well, is the
   * same.
   *
   * @param payload the canonical statement of a receipt, of any kind
   */
  static Replay of(byte[] payload) {
    ObjectNode statement;
    try {
      statement = CanonicalJson.read(payload);
    } catch (IOException unreadable) {
      return new Different(List.of("payload: not one strict JSON object"));
    }
    JsonNode predicate = statement.path("predicate");
    if (!Receipt.KIND_DECISION.equals(predicate.path("kind").textValue())) {
      return new NoDecision();
    }
    byte[] anew;
    try {
      anew = anew(predicate);
    } catch (NotVerifiedException unreadable) {
      return different(predicate, List.of(unreadable.reason()));
    } catch (IllegalArgumentException | DateTimeException unreadable) {
      return different(predicate, List.of("cannot be written anew: " + unreadable.getMessage()));
    }
    return Arrays.equals(payload, anew)
        ? new Same(Digest.of(anew))
        : different(predicate, differences(statement, anew));
  }

  private static Replay different(JsonNode predicate, List<String> differences) {
    int recorded = predicate.path(GATE_VERSION).asInt();
    return recorded == GateVersion.CURRENT
        ? new Different(differences)
        : new OtherGate(recorded, GateVersion.CURRENT, differences);
  }

  private static byte[] anew(JsonNode predicate) throws NotVerifiedException {
    RecordedInputs inputs = RecordedInputs.of(predicate);
    ClawIdentity claw = RecordedInputs.claw(predicate.path("claw"));
    Decision decision =
        Gate.decide(inputs.parsed(), inputs.author(), inputs.observed(), inputs.policy());
    Entry entry =
        new Entry.Decided(
            inputs.parsed(),
            inputs.author(),
            inputs.rule(),
            inputs.policy(),
            inputs.observed(),
            decision);
    ReadReceipt.Place place = ReadReceipt.place(predicate);
    ObjectNode written =
        new Receipt(place.index(), place.previous(), claw, entry, RecordedInputs.time(predicate))
            .predicate();
    // Which gate decided is told apart from what it decided.
    written.remove(GATE_VERSION);
    if (predicate.has(GATE_VERSION)) {
      written.set(GATE_VERSION, predicate.path(GATE_VERSION));
    }
    JsonNode intent = predicate.path("intent");
    if (intent.has("malformed") && !intent.has("raw")) {
      // The text itself is not there, so what was recorded of it stands.
      written.set("intent", intent);
      written.set("intentDigest", predicate.path("intentDigest"));
    }
    return Receipt.statement(Receipt.subject(claw), written.path("intentDigest").asText(), written);
  }

  private static List<String> differences(ObjectNode recorded, byte[] anew) {
    List<String> differences = new ArrayList<>();
    try {
      JsonNode decided = CanonicalJson.read(anew);
      compare("", recorded.path("predicate"), decided.path("predicate"), differences);
      if (differences.isEmpty()) {
        compare("", recorded, decided, differences);
      }
    } catch (IOException impossible) {
      throw new IllegalStateException("a receipt is canonical JSON", impossible);
    }
    if (differences.isEmpty()) {
      differences.add("payload: not in canonical form");
    }
    return differences;
  }

  private static void compare(
      String name, JsonNode recorded, JsonNode decided, List<String> differences) {
    if (recorded.equals(decided)) {
      return;
    }
    if (!(recorded.isObject() && decided.isObject())) {
      differences.add(
          ForeignText.line(name, 128) + ": " + shown(recorded) + ", decided now " + shown(decided));
      return;
    }
    TreeSet<String> names = new TreeSet<>();
    recorded.fieldNames().forEachRemaining(names::add);
    decided.fieldNames().forEachRemaining(names::add);
    for (String each : names) {
      compare(
          name.isEmpty() ? each : name + "." + each,
          recorded.path(each),
          decided.path(each),
          differences);
    }
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "nothing" : ForeignText.line(value.toString(), 256);
  }
}
