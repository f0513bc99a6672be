package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.ClawIdentity;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A receipt before it has its place in the log: everything but index and previous digest.
 *
 * <p>A decision and the state it changes must be recorded together or not at all, but they lie in
 * two objects. So the draft is stored with the state in one update, and only then appended. After a
 * crash it is appended from there: the same text, hence recognisable in the log by {@link
 * #isIn(String)}, hence there once. Immutable.
 */
public final class Draft {
  private static final String INDEX = "index";
  private static final String PREVIOUS = "previous";

  /** The predicate without its place. Never changed after the constructor. */
  private final ObjectNode predicate;

  private Draft(ObjectNode predicate) {
    this.predicate = predicate;
  }

  /**
   * What a receipt will say.
   *
   * @param claw which Claw
   * @param entry what happened
   * @param time when; kept to the millisecond
   * @throws IllegalArgumentException if it is larger than a receipt may be
   */
  public static Draft of(ClawIdentity claw, Entry entry, Instant time) {
    byte[] payload = new Receipt(0, null, claw, entry, time).payload();
    try {
      return withoutPlace(payload);
    } catch (IOException impossible) {
      throw new IllegalStateException("a receipt is canonical JSON", impossible);
    }
  }

  /**
   * What a receipt about the log itself will say.
   *
   * @param origin which log
   * @param entry what it says
   * @param time when; kept to the millisecond
   */
  public static Draft ofLog(String origin, LogEntry entry, Instant time) {
    ObjectNode predicate = LogEntry.predicate(origin, entry);
    predicate.put("time", time.truncatedTo(ChronoUnit.MILLIS).toString());
    return new Draft(predicate);
  }

  /** The same, which also says what it leaves the Claw with. */
  public Draft leaving(Standing standing) {
    ObjectNode extended = predicate.deepCopy();
    extended.set("standing", standing.toJson());
    return new Draft(extended);
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Draft parse(String json) {
    try {
      ObjectNode predicate = CanonicalJson.read(json.getBytes(StandardCharsets.UTF_8));
      if (predicate.at("/claw/uid").isTextual() && predicate.path("intentDigest").isTextual()) {
        return new Draft(predicate);
      }
    } catch (IOException unreadable) {
      throw new IllegalArgumentException("the draft of a receipt is not readable", unreadable);
    }
    throw new IllegalArgumentException("the draft of a receipt names no Claw or no intent");
  }

  /** This draft as canonical JSON. */
  public String json() {
    return new String(CanonicalJson.write(predicate), StandardCharsets.UTF_8);
  }

  /**
   * This draft at a place.
   *
   * @param envelope its envelope, one line of JSON, at most 64 KiB
   * @param frontier the log that ends with it
   */
  public record Placed(String envelope, Frontier frontier) {}

  /** Signs this draft as the receipt that follows the frontier. */
  public Placed place(Frontier frontier, SigningKey key) {
    return place(frontier, List.of(key));
  }

  /**
   * This draft as the receipt that follows the frontier, signed by each of the keys; without any it
   * has no signature, and a later receipt must vouch for it.
   */
  public Placed place(Frontier frontier, List<SigningKey> keys) {
    ObjectNode placed = predicate.deepCopy();
    placed.put(INDEX, frontier.size());
    if (frontier.last() != null) {
      placed.put(PREVIOUS, frontier.last().hex());
    }
    byte[] payload =
        claw()
            .map(claw -> Receipt.statement(Receipt.subject(claw), intentDigest(), placed))
            .orElseGet(
                () -> Receipt.statement("log://" + text("/log"), frontier.root().hex(), placed));
    return new Placed(Envelope.sign(payload, keys).json(), frontier.append(payload));
  }

  /**
   * Whether this envelope says what the draft says, at whatever place. It says nothing about the
   * envelope's signature.
   */
  public boolean isIn(String envelope) {
    return in(envelope).filter(said -> said.json().equals(json())).isPresent();
  }

  /** What an envelope says, at whatever place and whoever signed it; empty if it is unreadable. */
  public static Optional<Draft> in(String envelope) {
    try {
      return Optional.of(
          withoutPlace(Envelope.read(envelope.getBytes(StandardCharsets.UTF_8)).payload()));
    } catch (NotVerifiedException | IOException unreadable) {
      return Optional.empty();
    }
  }

  /** Digest of what it says: two drafts that have the same say the same. */
  public Digest digest() {
    return Digest.of(CanonicalJson.write(predicate));
  }

  /** The Claw it is about; empty if it is about the log itself. */
  public Optional<ClawIdentity> claw() {
    return predicate.has("claw")
        ? Optional.of(
            new ClawIdentity(text("/claw/namespace"), text("/claw/name"), text("/claw/uid")))
        : Optional.empty();
  }

  /** The action, empty where it could not be read. */
  public String action() {
    return switch (text("/kind")) {
      case Receipt.KIND_OUTCOME -> text("/action");
      case Receipt.KIND_REQUEST -> text("/request");
      case Receipt.KIND_UPKEEP -> text("/upkeep");
      default -> text("/intent/action");
    };
  }

  /** The decision's name, or {@code Outcome}. */
  public String decision() {
    return switch (text("/kind")) {
      case Receipt.KIND_OUTCOME -> "Outcome";
      case Receipt.KIND_REQUEST -> "Request";
      case Receipt.KIND_UPKEEP -> "Upkeep";
      case Receipt.KIND_SILENCE -> "Silenced";
      case Receipt.KIND_ROTATION -> "Rotation";
      case Receipt.KIND_VOUCHER -> "Voucher";
      case Receipt.KIND_PRUNING -> "Pruning";
      default -> text("/decision");
    };
  }

  /** How an action ended or why an intent was refused; else empty. */
  public String result() {
    return isOutcome() ? text("/outcome") : text("/code");
  }

  /** Digest of the intent, 64 hexadecimal digits. */
  public String intentDigest() {
    return text("/intentDigest");
  }

  /** The rule behind the decision, if one is. */
  public Optional<String> rule() {
    return Optional.of(text("/rule")).filter(rule -> !rule.isEmpty());
  }

  /** Class of the author; empty for an outcome. */
  public String authorClass() {
    return text("/author/class");
  }

  /** The escalation that the intent names, if it names one. */
  public Optional<String> escalation() {
    return Optional.of(text("/intent/escalationRef")).filter(name -> !name.isEmpty());
  }

  /** Generation of the intent; empty for an outcome or an intent that could not be read. */
  public OptionalLong generation() {
    JsonNode generation = predicate.at("/intent/generation");
    return generation.isIntegralNumber()
        ? OptionalLong.of(generation.longValue())
        : OptionalLong.empty();
  }

  /** Why an intent was refused, or what an outcome or a request came to; else empty. */
  public String reason() {
    return text(text("/kind").equals(Receipt.KIND_DECISION) ? "/reason" : "/detail");
  }

  private boolean isOutcome() {
    return text("/kind").equals(Receipt.KIND_OUTCOME);
  }

  private String text(String pointer) {
    return predicate.at(pointer).asText();
  }

  /** What a predicate says, for reading only. */
  static Draft of(JsonNode predicate) throws NotVerifiedException {
    if (predicate instanceof ObjectNode object) {
      return new Draft(object);
    }
    throw new NotVerifiedException(Flaw.MALFORMED, "the statement has no predicate");
  }

  private static Draft withoutPlace(byte[] payload) throws IOException {
    if (CanonicalJson.read(payload).path("predicate") instanceof ObjectNode predicate) {
      predicate.remove(INDEX);
      predicate.remove(PREVIOUS);
      return new Draft(predicate);
    }
    throw new IOException("no predicate");
  }
}
