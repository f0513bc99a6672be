package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.canonical.Digest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a receipt says about the log itself. Its statement's subject is the log up to there, by its
 * root, as that of a decision is the intent.
 */
public sealed interface LogEntry {
  /** The kind of the receipt. */
  String kind();

  /** Adds what it says to the predicate. */
  void put(ObjectNode predicate);

  /**
   * From the next receipt on another key signs. The receipt carries the signature of both keys: the
   * old one says who follows it, the new one that it is held by who claims it.
   *
   * @param oldKey the key that signed so far
   * @param newKey the key that signs from the next receipt on
   * @param by who asked for it, a user name
   */
  record Rotation(VerifierKey oldKey, VerifierKey newKey, String by) implements LogEntry {
    @Override
    public String kind() {
      return Receipt.KIND_ROTATION;
    }

    @Override
    public void put(ObjectNode predicate) {
      predicate.put("oldKey", oldKey.text()).put("newKey", newKey.text()).put("by", by);
    }

    static Rotation read(JsonNode predicate) throws NotVerifiedException {
      try {
        return new Rotation(
            VerifierKey.parse(predicate.path("oldKey").asText()),
            VerifierKey.parse(predicate.path("newKey").asText()),
            predicate.path("by").asText());
      } catch (IllegalArgumentException unreadable) {
        throw malformed("names no two keys");
      }
    }
  }

  /**
   * Vouches for receipts that could not be signed when they were written.
   *
   * @param unsigned all of them that are left, in order, but at most {@link #MAX}
   */
  record Voucher(List<Unsigned> unsigned) implements LogEntry {
    /** As many as surely fit into a receipt. */
    public static final int MAX = 200;

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if it is empty or too long
     */
    public Voucher {
      unsigned = List.copyOf(unsigned);
      if (unsigned.isEmpty() || unsigned.size() > MAX) {
        throw new IllegalArgumentException("a voucher names 1 to " + MAX + " receipts");
      }
    }

    @Override
    public String kind() {
      return Receipt.KIND_VOUCHER;
    }

    @Override
    public void put(ObjectNode predicate) {
      var list = predicate.putArray("unsigned");
      for (Unsigned each : unsigned) {
        list.addObject().put("index", each.index()).put("digest", each.digest().hex());
      }
    }

    static Voucher read(JsonNode predicate) throws NotVerifiedException {
      List<Unsigned> unsigned = new ArrayList<>();
      try {
        for (JsonNode each : predicate.path("unsigned")) {
          unsigned.add(
              new Unsigned(
                  ReadReceipt.place(each).index(), new Digest(each.path("digest").asText())));
        }
        return new Voucher(unsigned);
      } catch (IllegalArgumentException unreadable) {
        throw malformed("names no receipts by index and digest");
      }
    }
  }

  /**
   * A receipt without a signature.
   *
   * @param index its place
   * @param digest digest of its payload
   */
  record Unsigned(long index, Digest digest) {}

  /**
   * The receipts before the mark may be deleted, because a person asked for it.
   *
   * @param mark the log as it ends before the first receipt that stays: what it takes to verify the
   *     rest without them
   * @param by who asked for it, a user name
   */
  record Pruning(Frontier mark, String by) implements LogEntry {
    @Override
    public String kind() {
      return Receipt.KIND_PRUNING;
    }

    @Override
    public void put(ObjectNode predicate) {
      predicate.put("below", mark.size()).put("by", by);
      predicate.set("frontier", mark.toJson());
    }

    /**
     * Reads the envelope of the receipt of a pruning.
     *
     * @throws NotVerifiedException if it is none, or signed by none of the keys
     */
    public static Pruning of(String envelope, Collection<VerifierKey> keys)
        throws NotVerifiedException {
      Envelope read = Envelope.read(envelope.getBytes(StandardCharsets.UTF_8));
      ReadReceipt receipt = ReadReceipt.of(read.payload());
      if (!receipt.kind().equals(Receipt.KIND_PRUNING) || !read.isSignedBy(keys)) {
        throw new NotVerifiedException(Flaw.BAD_SIGNATURE, "is signed by no known key");
      }
      return read(receipt.predicate());
    }

    static Pruning read(JsonNode predicate) throws NotVerifiedException {
      try {
        Frontier mark = Frontier.read(predicate.path("frontier"));
        if (mark.size() == 0 || !predicate.path("below").asText().equals("" + mark.size())) {
          throw malformed("names no mark");
        }
        return new Pruning(mark, predicate.path("by").asText());
      } catch (IllegalArgumentException unreadable) {
        throw malformed("has no readable frontier");
      }
    }
  }

  /** The predicate of a receipt with this entry, apart from its place. */
  static ObjectNode predicate(String origin, LogEntry entry) {
    ObjectNode predicate = CanonicalJson.object();
    predicate.put("log", origin);
    predicate.put("kind", entry.kind());
    entry.put(predicate);
    return predicate;
  }

  private static NotVerifiedException malformed(String reason) {
    return new NotVerifiedException(Flaw.MALFORMED, "a receipt about the log " + reason);
  }
}
