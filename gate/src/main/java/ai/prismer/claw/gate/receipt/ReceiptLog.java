package ai.prismer.claw.gate.receipt;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Objects;

/** Reading on in a log of which only the frontier is known. */
public final class ReceiptLog {
  private ReceiptLog() {}

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
}
