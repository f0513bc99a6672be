package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * The tree over all receipts of a log, for proofs (RFC 6962, section 2.1, with SHA-256). Holds 32
 * bytes for each leaf. Where the first receipts were pruned, the peaks of the frontier stand for
 * them: no proof about a receipt or a size behind it needs more of them than that.
 *
 * <p>Not safe for concurrent use.
 */
public final class MerkleTree {
  private final Frontier start;
  private final List<Digest> leaves = new ArrayList<>();

  /** A tree that begins with what the frontier stands for. */
  public MerkleTree(Frontier start) {
    this.start = start;
  }

  /** Adds a leaf. */
  public void append(byte[] payload) {
    leaves.add(Frontier.leaf(payload));
  }

  /** The number of leaves, pruned ones included. */
  public long size() {
    return start.size() + leaves.size();
  }

  /**
   * The root of the first leaves.
   *
   * @throws IllegalArgumentException if the size lies beyond the tree, or before its start
   */
  public Digest root(long size) {
    checkSize(size);
    return size == 0 ? Digest.of(new byte[0]) : hash(0, size);
  }

  /**
   * Proof that a leaf is in the tree of this size: the siblings on its way to the root, the lowest
   * first (RFC 6962, section 2.1.1).
   *
   * @throws IllegalArgumentException if the leaf was pruned or is not in that tree
   */
  public List<Digest> inclusion(long index, long size) {
    checkSize(size);
    if (index < start.size() || index >= size) {
      throw new IllegalArgumentException(
          "there is no receipt " + index + " from " + start.size() + " to " + (size - 1));
    }
    List<Digest> siblings = new ArrayList<>();
    inclusion(index, 0, size, siblings);
    return siblings;
  }

  /**
   * Proof that the tree of one size begins with that of another (RFC 6962, section 2.1.2).
   *
   * @throws IllegalArgumentException if a size lies beyond the tree or before its start, or they
   *     are not in order
   */
  public List<Digest> consistency(long from, long to) {
    checkSize(from);
    checkSize(to);
    if (from > to) {
      throw new IllegalArgumentException("a log of " + to + " receipts has no first " + from);
    }
    List<Digest> proof = new ArrayList<>();
    if (from > 0 && from < to) {
      consistency(from, 0, to, true, proof);
    }
    return proof;
  }

  private void inclusion(long index, long low, long high, List<Digest> siblings) {
    if (high - low == 1) {
      return;
    }
    long middle = low + split(high - low);
    if (index < middle) {
      inclusion(index, low, middle, siblings);
      siblings.add(hash(middle, high));
    } else {
      inclusion(index, middle, high, siblings);
      siblings.add(hash(low, middle));
    }
  }

  /** SUBPROOF of the RFC; {@code whole} is its b: whether the subtree's root is known as from's. */
  private void consistency(long from, long low, long high, boolean whole, List<Digest> proof) {
    if (from == high) {
      if (!whole) {
        proof.add(hash(low, high));
      }
      return;
    }
    long middle = low + split(high - low);
    if (from <= middle) {
      consistency(from, low, middle, whole, proof);
      proof.add(hash(middle, high));
    } else {
      consistency(from, middle, high, false, proof);
      proof.add(hash(low, middle));
    }
  }

  private Digest hash(long low, long high) {
    if (high <= start.size()) {
      return peak(low, high);
    }
    if (high - low == 1) {
      return leaves.get(Math.toIntExact(low - start.size()));
    }
    long middle = low + split(high - low);
    return Frontier.node(hash(low, middle), hash(middle, high));
  }

  /**
   * The pruned subtree with these leaves. A subtree that ends at or before the start, but whose
   * parent reaches beyond it, is one of the frontier's; and nobody asks for others.
   */
  private Digest peak(long low, long high) {
    long at = 0;
    for (Digest peak : start.peaks()) {
      long width = Long.highestOneBit(start.size() - at);
      if (at == low && at + width == high) {
        return peak;
      }
      at += width;
    }
    // The whole of what was pruned: it is no subtree by itself, unless it is one peak.
    if (low == 0 && high == start.size()) {
      return start.root();
    }
    // A right part of the frontier: several peaks together.
    long middle = low + split(high - low);
    return Frontier.node(peak(low, middle), peak(middle, high));
  }

  /** The largest power of two below the number. */
  private static long split(long number) {
    return Long.highestOneBit(number - 1);
  }

  private void checkSize(long size) {
    if (size < start.size() || size > size()) {
      throw new IllegalArgumentException(
          "there are sizes from " + start.size() + " to " + size() + ", not " + size);
    }
  }
}
