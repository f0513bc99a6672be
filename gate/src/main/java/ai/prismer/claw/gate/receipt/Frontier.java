package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.canonical.Digest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is needed of a Merkle tree (RFC 6962, section 2.1) to append to it and to know its root.
 *
 * <p>A tree of n leaves is a row of complete subtrees, one for each bit of n, the largest first.
 * Their roots are the peaks. A new leaf is a peak of its own; two peaks of the same height become
 * one, as carries do in binary addition. So the state is at most 53 hashes however long the log is,
 * and appending needs no old receipt. Immutable.
 *
 * @param size number of leaves, 0 to {@link CanonicalJson#MAX_INTEGER}
 * @param peaks roots of the complete subtrees, the largest first; as many as {@code size} has bits
 * @param last digest of the last leaf's payload; null iff the log is empty
 */
public record Frontier(long size, List<Digest> peaks, @Nullable Digest last) {
  /** The empty log. */
  public static final Frontier EMPTY = new Frontier(0, List.of(), null);

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  /**
   * Checks that the parts belong together.
   *
   * @throws IllegalArgumentException if they cannot
   */
  public Frontier {
    peaks = List.copyOf(peaks);
    if (size < 0
        || size > CanonicalJson.MAX_INTEGER
        || peaks.size() != Long.bitCount(size)
        || (last == null) != (size == 0)) {
      throw new IllegalArgumentException(
          "a frontier has one peak for each bit of its size, and a last digest unless it is empty");
    }
  }

  /** The frontier after one more leaf. */
  public Frontier append(byte[] payload) {
    List<Digest> next = new ArrayList<>(peaks);
    Digest carry = leaf(payload);
    for (long rest = size; (rest & 1) == 1; rest >>= 1) {
      carry = node(next.removeLast(), carry);
    }
    next.add(carry);
    return new Frontier(size + 1, next, Digest.of(payload));
  }

  /** The Merkle tree hash of all leaves. */
  public Digest root() {
    if (peaks.isEmpty()) {
      return Digest.of(new byte[0]);
    }
    Digest root = peaks.getLast();
    for (int i = peaks.size() - 2; i >= 0; i--) {
      root = node(peaks.get(i), root);
    }
    return root;
  }

  /** This frontier as JSON text. */
  public String json() {
    return new String(CanonicalJson.write(toJson()), StandardCharsets.UTF_8);
  }

  ObjectNode toJson() {
    ObjectNode json = CanonicalJson.object();
    json.put("size", size);
    var list = json.putArray("peaks");
    peaks.forEach(peak -> list.add(peak.hex()));
    if (last != null) {
      json.put("last", last.hex());
    }
    return json;
  }

  /**
   * Reads a frontier.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Frontier parse(String json) {
    try {
      return read(CanonicalJson.read(json.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new IllegalArgumentException("the frontier of the log is not readable", e);
    }
  }

  static Frontier read(JsonNode object) {
    JsonNode size = object.path("size");
    if (!size.isIntegralNumber() || !size.canConvertToLong()) {
      throw new IllegalArgumentException("the frontier of the log has no size");
    }
    List<Digest> peaks = new ArrayList<>();
    for (JsonNode peak : object.path("peaks")) {
      peaks.add(new Digest(peak.asText()));
    }
    String last = object.path("last").textValue();
    return new Frontier(size.longValue(), peaks, last == null ? null : new Digest(last));
  }

  /** The hash of a leaf. */
  static Digest leaf(byte[] payload) {
    return hash(LEAF, payload, new byte[0]);
  }

  /** The hash of two subtrees. */
  static Digest node(Digest left, Digest right) {
    return hash(NODE, left.bytes(), right.bytes());
  }

  /** The prefix keeps a leaf from passing as an inner node, and the other way round. */
  private static Digest hash(byte prefix, byte[] left, byte[] right) {
    MessageDigest digest = Digest.sha256();
    digest.update(prefix);
    digest.update(left);
    digest.update(right);
    return new Digest(HexFormat.of().formatHex(digest.digest()));
  }
}
