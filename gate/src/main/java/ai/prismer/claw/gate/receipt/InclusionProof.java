package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

/**
 * One receipt, and the proof that a log contains it: a <a
 * href="https://c2sp.org/tlog-proof">tlog-proof</a> whose extra data is the receipt's envelope.
 *
 * @param envelope the receipt
 * @param index its place
 * @param siblings hashes on its way to the root, the lowest first
 * @param checkpoint the signed note
 */
public record InclusionProof(
    String envelope, long index, List<Digest> siblings, String checkpoint) {
  /** The first line of the text form. */
  public static final String FORMAT = "c2sp.org/tlog-proof@v1";

  private static final String EXTRA = "extra ";

  /** Copies the list. */
  public InclusionProof {
    siblings = List.copyOf(siblings);
  }

  /** The text form. */
  public String text() {
    byte[] extra = envelope.getBytes(StandardCharsets.UTF_8);
    return ProofText.write(
        List.of(FORMAT, EXTRA + Base64.getEncoder().encodeToString(extra), "index " + index),
        siblings,
        checkpoint);
  }

  /**
   * Reads the text form.
   *
   * @throws NotVerifiedException if it is none, or has no receipt with it
   */
  public static InclusionProof parse(String text) throws NotVerifiedException {
    ProofText.Parts parts = ProofText.split(text);
    List<String> lines = parts.lines();
    if (lines.size() < 3 || !lines.get(0).equals(FORMAT) || !lines.get(1).startsWith(EXTRA)) {
      throw ProofText.malformed("does not begin with " + FORMAT + " and the receipt as extra data");
    }
    return new InclusionProof(
        new String(
            ProofText.decode(lines.get(1).substring(EXTRA.length())), StandardCharsets.UTF_8),
        ProofText.number(lines.get(2), "index"),
        ProofText.hashes(lines.subList(3, lines.size())),
        parts.checkpoint());
  }

  /**
   * Verifies that the log contains the receipt.
   *
   * @param keys pinned keys, one of which signed the checkpoint
   * @return the checkpoint of the log
   * @throws NotVerifiedException if it does not
   */
  public Checkpoint verify(Collection<VerifierKey> keys) throws NotVerifiedException {
    Checkpoint head = Checkpoint.open(checkpoint, keys);
    byte[] payload = Envelope.read(envelope.getBytes(StandardCharsets.UTF_8)).payload();
    if (ReadReceipt.of(payload).index() != index) {
      throw new NotVerifiedException(Flaw.MISSING, "the receipt is not the one at " + index);
    }
    if (!MerkleProof.includes(payload, index, head.size(), siblings, head.root())) {
      throw new NotVerifiedException(
          Flaw.ROOT_MISMATCH, "the log of this checkpoint does not contain this receipt");
    }
    return head;
  }
}
