package ai.prismer.claw.gate.receipt;

import java.util.List;
import java.util.OptionalLong;

/** What came of verifying an export. */
public sealed interface Verification {
  /**
   * Every receipt is signed by an accepted key, or vouched for by one that is, in its place, and
   * covered by the checkpoint.
   *
   * @param checkpoint the head of the log
   * @param first index of the first receipt; above 0 where earlier ones were pruned
   * @param decisions how many receipts record a decision
   * @param outcomes how many record an outcome
   * @param requests how many record what a person asked of self-healing itself
   * @param keys the pinned keys, and those that took their place
   */
  record Verified(
      Checkpoint checkpoint,
      long first,
      long decisions,
      long outcomes,
      long requests,
      List<VerifierKey> keys)
      implements Verification {
    /** Copies the list. */
    public Verified {
      keys = List.copyOf(keys);
    }
  }

  /**
   * The log is refused.
   *
   * @param index the first bad or missing receipt; absent if the fault is in the header, or in the
   *     whole
   * @param flaw what kind of fault
   * @param reason what it is, in safe text
   */
  record Refused(OptionalLong index, Flaw flaw, String reason) implements Verification {}
}
