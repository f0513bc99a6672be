package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.canonical.Digest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a verifier needs of a payload it did not write.
 *
 * @param index its place
 * @param previous digest of the payload before it, if it names one
 * @param digest digest of this payload
 * @param kind {@code decision}, {@code outcome}, or one this version does not know
 * @param subjectDigest SHA-256 of what the statement is about, as it claims
 * @param predicate what it says
 */
record ReadReceipt(
    long index,
    @Nullable Digest previous,
    Digest digest,
    String kind,
    String subjectDigest,
    JsonNode predicate) {

  /**
   * Reads a payload.
   *
   * @throws NotVerifiedException if it is oversized, is no statement of ours, is not in canonical
   *     form, or holds a digest that does not fit what it is a digest of
   */
  static ReadReceipt of(byte[] payload) throws NotVerifiedException {
    if (payload.length > Receipt.MAX_PAYLOAD) {
      throw new NotVerifiedException(
          Flaw.OVERSIZED, "the payload has more than " + Receipt.MAX_PAYLOAD + " bytes");
    }
    ObjectNode statement;
    try {
      statement = CanonicalJson.read(payload);
      // A payload that is not the canonical one lets two readers see two documents.
      if (!Arrays.equals(payload, CanonicalJson.write(statement))) {
        throw malformed("the payload is not in canonical form (RFC 8785)");
      }
    } catch (IOException | IllegalArgumentException e) {
      throw malformed("the payload is not one strict JSON object");
    }
    if (!Receipt.STATEMENT_TYPE.equals(statement.path("_type").textValue())
        || !Receipt.PREDICATE_TYPE.equals(statement.path("predicateType").textValue())) {
      throw malformed("the payload is no in-toto statement of a receipt");
    }
    JsonNode predicate = statement.path("predicate");
    Place place = place(predicate);
    checkDigest(predicate, "policy");
    checkDigest(predicate, "observed");
    if (!predicate.path("intent").has("malformed")) {
      checkDigest(predicate, "intent");
    }
    JsonNode subject = statement.at("/subject/0/digest/sha256");
    // A receipt about the log itself names no intent; its subject is checked where the log is
    // known.
    if (!subject.isTextual()
        || (predicate.has("claw") && !predicate.path("intentDigest").equals(subject))) {
      throw malformed("the statement's subject is not the receipt's intent");
    }
    return new ReadReceipt(
        place.index(),
        place.previous(),
        Digest.of(payload),
        kind(predicate),
        subject.textValue(),
        predicate);
  }

  /** Where a receipt stands: its index, and the digest of the one before it, if it names one. */
  record Place(long index, @Nullable Digest previous) {}

  /**
   * Reads the place from a predicate.
   *
   * @throws NotVerifiedException if it names none
   */
  static Place place(JsonNode predicate) throws NotVerifiedException {
    JsonNode index = predicate.path("index");
    if (!index.isIntegralNumber() || !index.canConvertToLong() || index.longValue() < 0) {
      throw malformed("the receipt has no index");
    }
    return new Place(index.longValue(), previous(predicate));
  }

  private static @Nullable Digest previous(JsonNode predicate) throws NotVerifiedException {
    JsonNode previous = predicate.path("previous");
    if (previous.isMissingNode()) {
      return null;
    }
    try {
      return new Digest(previous.asText());
    } catch (IllegalArgumentException e) {
      throw malformed("the receipt's previous digest is none");
    }
  }

  private static String kind(JsonNode predicate) throws NotVerifiedException {
    String kind = predicate.path("kind").textValue();
    if (kind == null) {
      throw malformed("the receipt has no kind");
    }
    return kind;
  }

  private static void checkDigest(JsonNode predicate, String name) throws NotVerifiedException {
    if (predicate.path(name) instanceof ObjectNode value) {
      String recorded = predicate.path(name + "Digest").asText();
      if (!Digest.of(CanonicalJson.write(value)).hex().equals(recorded)) {
        throw malformed("the recorded digest of the " + name + " does not fit it");
      }
    }
  }

  private static NotVerifiedException malformed(String reason) {
    return new NotVerifiedException(Flaw.MALFORMED, reason);
  }
}
