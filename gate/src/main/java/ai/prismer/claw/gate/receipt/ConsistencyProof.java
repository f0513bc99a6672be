package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.Digest;
import java.util.Collection;
import java.util.List;

/**
 * Proof that a log still begins with what it was at an earlier size. The text form is what a <a
 * href="https://c2sp.org/tlog-witness">witness</a> is sent, so that it signs the new checkpoint.
 *
 * @param from the earlier size
 * @param hashes the proof
 * @param checkpoint the signed note of the later size
 */
public record ConsistencyProof(long from, List<Digest> hashes, String checkpoint) {
  /** The name that the first line of the text form begins with. */
  public static final String FORMAT = "old";

  /** Copies the list. */
  public ConsistencyProof {
    hashes = List.copyOf(hashes);
  }

  /** The text form. */
  public String text() {
    return ProofText.write(List.of(FORMAT + " " + from), hashes, checkpoint);
  }

  /**
   * Reads the text form.
   *
   * @throws NotVerifiedException if it is none
   */
  public static ConsistencyProof parse(String text) throws NotVerifiedException {
    ProofText.Parts parts = ProofText.split(text);
    return new ConsistencyProof(
        ProofText.number(parts.lines().getFirst(), FORMAT),
        ProofText.hashes(parts.lines().subList(1, parts.lines().size())),
        parts.checkpoint());
  }

  /**
   * Verifies that the log of the new checkpoint begins with that of the old one.
   *
   * @param kept the checkpoint that was kept
   * @param keys pinned keys, one of which signed the new checkpoint
   * @return the new checkpoint
   * @throws NotVerifiedException if it does not
   */
  public Checkpoint verify(Checkpoint kept, Collection<VerifierKey> keys)
      throws NotVerifiedException {
    Checkpoint head = Checkpoint.open(checkpoint, keys);
    if (!head.origin().equals(kept.origin())) {
      throw new NotVerifiedException(Flaw.OTHER_LOG, "the two checkpoints are of two logs");
    }
    if (kept.size() != from) {
      throw new NotVerifiedException(
          Flaw.MALFORMED,
          "the proof is for " + from + " receipts, the kept checkpoint for " + kept.size());
    }
    if (!MerkleProof.isConsistent(from, kept.root(), head.size(), head.root(), hashes)) {
      throw new NotVerifiedException(
          Flaw.FORK, "the log of the new checkpoint does not begin with that of the kept one");
    }
    return head;
  }
}
