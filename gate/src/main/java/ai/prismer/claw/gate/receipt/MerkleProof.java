package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.Digest;
import java.util.Iterator;
import java.util.List;

/**
 * Verifies proofs of {@link MerkleTree}, by the algorithms of RFC 9162, sections 2.1.3 and 2.1.4.
 */
public final class MerkleProof {
  private MerkleProof() {}

  /**
   * Whether the payload is the leaf at this index of the tree with this size and root.
   *
   * @param payload canonical payload of a receipt
   * @param index its index
   * @param size size of the tree
   * @param proof siblings, the lowest first
   * @param root root of the tree
   */
  public static boolean includes(
      byte[] payload, long index, long size, List<Digest> proof, Digest root) {
    if (index < 0 || index >= size) {
      return false;
    }
    long node = index;
    long last = size - 1;
    Digest hash = Frontier.leaf(payload);
    for (Digest sibling : proof) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        hash = Frontier.node(sibling, hash);
        while ((node & 1) == 0 && node != 0) {
          node >>= 1;
          last >>= 1;
        }
      } else {
        hash = Frontier.node(hash, sibling);
      }
      node >>= 1;
      last >>= 1;
    }
    return last == 0 && hash.equals(root);
  }

  /**
   * Whether the tree of the larger size begins with that of the smaller.
   *
   * @param from the smaller size
   * @param fromRoot its root
   * @param to the larger size
   * @param toRoot its root
   * @param proof the proof
   */
  public static boolean isConsistent(
      long from, Digest fromRoot, long to, Digest toRoot, List<Digest> proof) {
    if (from == to || from == 0) {
      return from >= 0 && proof.isEmpty() && (from == 0 || fromRoot.equals(toRoot));
    }
    if (from < 0 || from > to || proof.isEmpty()) {
      return false;
    }
    Iterator<Digest> rest = proof.iterator();
    // Where the smaller tree is a complete subtree, its root is the first hash of the way.
    Digest first = Long.bitCount(from) == 1 ? fromRoot : rest.next();
    long node = from - 1;
    long last = to - 1;
    while ((node & 1) == 1) {
      node >>= 1;
      last >>= 1;
    }
    Digest older = first;
    Digest newer = first;
    while (rest.hasNext()) {
      Digest hash = rest.next();
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        older = Frontier.node(hash, older);
        newer = Frontier.node(hash, newer);
        while ((node & 1) == 0 && node != 0) {
          node >>= 1;
          last >>= 1;
        }
      } else {
        newer = Frontier.node(newer, hash);
      }
      node >>= 1;
      last >>= 1;
    }
    return last == 0 && older.equals(fromRoot) && newer.equals(toRoot);
  }
}
