package ai.prismer.claw.gate.receipt;

import java.util.OptionalLong;

/** What came of verifying an export. */
public sealed interface Verification {
  /**
   * Every receipt is signed by a pinned key, in its place, and covered by the checkpoint.
   *
   * @param checkpoint the head of the log
   * @param decisions how many receipts record a decision
   * @param outcomes how many record an outcome
   * @param requests how many record what a person asked of self-healing itself
   */
  record Verified(Checkpoint checkpoint, long decisions, long outcomes, long requests)
      implements Verification {}

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
