package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.decision.ClawIdentity;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Objects;

/** Appending to the log, without the log: each step needs only the frontier before it. */
public final class ReceiptLog {
  private ReceiptLog() {}

  /**
   * A new receipt and the log after it.
   *
   * @param receipt the receipt
   * @param envelope its signed envelope, one line of JSON, at most 64 KiB
   * @param frontier the frontier that includes it
   */
  public record Appended(Receipt receipt, String envelope, Frontier frontier) {}

  /**
   * Makes the next receipt.
   *
   * @param frontier the log before it
   * @param claw which Claw
   * @param entry what it says
   * @param now when
   * @param key the operator's key
   * @throws IllegalArgumentException if the entry is larger than a receipt may be
   */
  public static Appended append(
      Frontier frontier, ClawIdentity claw, Entry entry, Instant now, SigningKey key) {
    Receipt receipt = new Receipt(frontier.size(), frontier.last(), claw, entry, now);
    byte[] payload = receipt.payload();
    String envelope = Envelope.sign(payload, key).json();
    return new Appended(receipt, envelope, frontier.append(payload));
  }

  /**
   * Takes over a receipt that another writer has stored beyond this frontier.
   *
   * @param frontier the log before it
   * @param envelope the stored envelope
   * @param keys keys whose signature is accepted
   * @return the frontier that includes it
   * @throws NotVerifiedException if it is not signed, or not the one that follows
   */
  public static Frontier follow(Frontier frontier, String envelope, Collection<VerifierKey> keys)
      throws NotVerifiedException {
    Envelope read = Envelope.read(envelope.getBytes(StandardCharsets.UTF_8));
    if (!read.isSignedBy(keys)) {
      throw new NotVerifiedException(
          Flaw.BAD_SIGNATURE, "receipt " + frontier.size() + " is signed by no known key");
    }
    ReadReceipt receipt = ReadReceipt.of(read.payload());
    if (receipt.index() != frontier.size()) {
      throw new NotVerifiedException(
          Flaw.MISSING,
          "receipt " + receipt.index() + " stands where " + frontier.size() + " belongs");
    }
    if (!Objects.equals(receipt.previous(), frontier.last())) {
      throw new NotVerifiedException(
          Flaw.PREVIOUS_MISMATCH,
          "receipt " + receipt.index() + " does not follow the one before it");
    }
    return frontier.append(read.payload());
  }

  /**
   * Whether a stored receipt records this event: the decision or the outcome of this intent on this
   * Claw. A writer that was interrupted learns by it whether it had appended already.
   *
   * @param envelope a stored envelope
   * @param claw which Claw
   * @param entry what would be recorded
   */
  public static boolean records(String envelope, ClawIdentity claw, Entry entry) {
    ReadReceipt stored;
    try {
      stored = ReadReceipt.of(Envelope.read(envelope.getBytes(StandardCharsets.UTF_8)).payload());
    } catch (NotVerifiedException e) {
      return false;
    }
    String kind =
        switch (entry) {
          case Entry.Decided ignored -> Receipt.KIND_DECISION;
          case Entry.Ended ignored -> Receipt.KIND_OUTCOME;
        };
    return stored.clawUid().equals(claw.uid())
        && stored.kind().equals(kind)
        && stored.intentDigest().equals(entry.intentDigest().hex());
  }
}
