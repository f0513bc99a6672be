package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.ClawIdentity;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.decision.Effect;
import ai.prismer.claw.gate.decision.GateVersion;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import ai.prismer.claw.gate.text.ForeignText;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One entry at its place in the log.
 *
 * @param index its place, from 0
 * @param previous digest of the payload before it; null iff the index is 0
 * @param claw which Claw
 * @param entry what it says
 * @param time when it was made; kept to the millisecond
 */
public record Receipt(
    long index, @Nullable Digest previous, ClawIdentity claw, Entry entry, Instant time) {
  /** The type of in-toto statements. */
  public static final String STATEMENT_TYPE = "https://in-toto.io/Statement/v1";

  /** The type of our predicate. */
  public static final String PREDICATE_TYPE = "https://claw.prismer.ai/receipt/v1";

  /** The most bytes of policy and observation together. */
  public static final int MAX_INPUTS = 16 * 1024;

  /** The most bytes of a payload. */
  public static final int MAX_PAYLOAD = 32 * 1024;

  static final String KIND_DECISION = "decision";
  static final String KIND_OUTCOME = "outcome";
  static final String KIND_REQUEST = "request";
  static final String KIND_UPKEEP = "upkeep";
  static final String KIND_SILENCE = "silence";
  static final String KIND_ROTATION = "key-rotation";
  static final String KIND_VOUCHER = "voucher";
  static final String KIND_PRUNING = "pruning";

  /** How much of an unreadable intent is shown; its digest covers all of it. */
  private static final int MAX_EXCERPT = 256;

  /**
   * Checks the place.
   *
   * @throws IllegalArgumentException if index and previous digest do not fit
   */
  public Receipt {
    Objects.requireNonNull(claw);
    Objects.requireNonNull(entry);
    if (index < 0 || (previous == null) != (index == 0)) {
      throw new IllegalArgumentException("only the receipt at 0 has no previous one");
    }
    time = time.truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * The canonical in-toto statement: what is signed and what is a leaf of the log.
   *
   * @throws IllegalArgumentException if policy and observation exceed {@link #MAX_INPUTS}, or the
   *     whole exceeds {@link #MAX_PAYLOAD}
   */
  public byte[] payload() {
    return statement(subject(claw), entry.intentDigest().hex(), predicate());
  }

  /** How a statement names a Claw. */
  static String subject(ClawIdentity claw) {
    return "claw://" + claw.namespace() + "/" + claw.name();
  }

  /**
   * The canonical statement that says this.
   *
   * @param name what it is about
   * @param digest SHA-256 of that, hexadecimal
   * @param predicate what it says
   * @throws IllegalArgumentException if it exceeds {@link #MAX_PAYLOAD}
   */
  static byte[] statement(String name, String digest, ObjectNode predicate) {
    ObjectNode statement = CanonicalJson.object();
    statement.put("_type", STATEMENT_TYPE);
    statement.put("predicateType", PREDICATE_TYPE);
    ObjectNode subject = statement.putArray("subject").addObject();
    subject.put("name", name);
    subject.putObject("digest").put("sha256", digest);
    statement.set("predicate", predicate);
    byte[] payload = CanonicalJson.write(statement);
    if (payload.length > MAX_PAYLOAD) {
      throw new IllegalArgumentException("a receipt is at most " + MAX_PAYLOAD + " bytes");
    }
    return payload;
  }

  /** What the statement says. */
  ObjectNode predicate() {
    ObjectNode json = CanonicalJson.object();
    json.put("index", index);
    if (previous != null) {
      json.put("previous", previous.hex());
    }
    json.put("time", time.toString());
    json.putObject("claw")
        .put("namespace", claw.namespace())
        .put("name", claw.name())
        .put("uid", claw.uid());
    json.put("intentDigest", entry.intentDigest().hex());
    switch (entry) {
      case Entry.Decided decided -> decided(json, decided);
      case Entry.Ended ended -> ended(json, ended);
      case Entry.Requested requested -> requested(json, requested);
      case Entry.Kept kept ->
          json.put("kind", KIND_UPKEEP)
              .put("upkeep", kept.upkeep().id())
              .put("detail", kept.detail());
      case Entry.Silenced silenced ->
          json.put("kind", KIND_SILENCE)
              .put("recorded", silenced.recorded())
              .put("until", silenced.until().toString())
              .put("detail", silenced.detail());
    }
    return json;
  }

  private static void decided(ObjectNode json, Entry.Decided decided) {
    json.put("kind", KIND_DECISION);
    json.set("intent", intent(decided.parsed()));
    json.putObject("author")
        .put("class", decided.author().authorClass().id())
        .put("name", decided.author().name());
    if (decided.rule() != null) {
      json.put("rule", decided.rule());
    }
    byte[] policy = put(json, "policy", decided.policy().toJson());
    byte[] observed = put(json, "observed", decided.observed().toJson());
    if (policy.length + observed.length > MAX_INPUTS) {
      throw new IllegalArgumentException(
          "policy and observation are at most " + MAX_INPUTS + " bytes");
    }
    json.put(Replay.GATE_VERSION, GateVersion.CURRENT);
    json.put("decision", decided.outcome().id());
    switch (decided.outcome()) {
      case Decision.Execute(Effect effect) -> json.set("effect", effect(effect));
      case Decision.WouldExecute(Effect effect) -> json.set("effect", effect(effect));
      case Decision.Hold(Effect effect) -> json.set("effect", effect(effect));
      case Decision.Reject(Decision.Code code, String reason) ->
          json.put("code", code.id()).put("reason", reason);
    }
  }

  private static void ended(ObjectNode json, Entry.Ended ended) {
    json.put("kind", KIND_OUTCOME);
    json.put("decisionIndex", ended.decisionIndex());
    json.put("action", ended.executed().id());
    json.put("outcome", ended.ending().id());
    json.put("detail", ended.detail());
  }

  private static void requested(ObjectNode json, Entry.Requested requested) {
    json.put("kind", KIND_REQUEST);
    json.put("request", requested.request().id());
    json.putObject("author")
        .put("class", requested.author().authorClass().id())
        .put("name", requested.author().name());
    json.put("detail", requested.detail());
  }

  private static ObjectNode intent(Parsed parsed) {
    return switch (parsed) {
      case Parsed.Valid valid -> valid.intent().toJson();
      case Parsed.Malformed malformed -> malformed(malformed.text());
    };
  }

  /**
   * An excerpt for people, and the whole text for whoever decides again. It is left out where it
   * does not fit into a receipt, or into UTF-8: then why it was refused follows from that alone.
   */
  private static ObjectNode malformed(String text) {
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    ObjectNode json = CanonicalJson.object();
    json.put("malformed", ForeignText.line(text, MAX_EXCERPT));
    json.put("bytes", raw.length);
    if (raw.length <= IntentParser.MAX_BYTES && !CanonicalJson.hasLoneSurrogate(text)) {
      // In base64, because escapes of control characters take six times their length.
      json.put("raw", Base64.getEncoder().encodeToString(raw));
    }
    return json;
  }

  private static byte[] put(ObjectNode json, String name, ObjectNode value) {
    byte[] canonical = CanonicalJson.write(value);
    json.set(name, value);
    json.put(name + "Digest", Digest.of(canonical).hex());
    return canonical;
  }

  /** Amounts as decimal strings: a double does not hold every long. */
  private static ObjectNode effect(Effect effect) {
    ObjectNode json = CanonicalJson.object();
    return switch (effect) {
      case Effect.SetMemory(long from, long to) ->
          json.put("fromMemoryBytes", Long.toString(from)).put("toMemoryBytes", Long.toString(to));
      case Effect.SetCpu(long from, long to) ->
          json.put("fromCpuMillicores", Long.toString(from))
              .put("toCpuMillicores", Long.toString(to));
      case Effect.RestartPod(String pod, String uid) -> json.put("pod", pod).put("podUid", uid);
      case Effect.RolloutRestart() -> json.put("rollout", "restart");
      case Effect.SetReplicas(int from, int to) ->
          json.put("fromReplicas", from).put("toReplicas", to);
    };
  }
}
