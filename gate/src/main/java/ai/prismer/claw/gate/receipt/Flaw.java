package ai.prismer.claw.gate.receipt;

/** What can be wrong with a log, a receipt or a checkpoint. */
public enum Flaw {
  /** Not the documented format. */
  MALFORMED("malformed"),
  /** Longer than the format allows. */
  OVERSIZED("oversized"),
  /** Signed, but by no pinned key: possibly a whole log signed again. */
  WRONG_KEY("wrong-key"),
  /** The record was changed after it was signed. */
  TAMPERED("tampered"),
  /** The record is the one the log goes on from, but its signature is not. */
  BAD_SIGNATURE("bad-signature"),
  /** No signature at all. */
  UNSIGNED("unsigned"),
  /** A receipt is not there. */
  MISSING("missing"),
  /** Receipts are there, but not in their order, or one twice. */
  REORDERED("reordered"),
  /** Two different receipts, or two different histories, for the same place. */
  FORK("fork"),
  /** The checkpoint that was kept is of another log. */
  OTHER_LOG("other-log"),
  /** A receipt does not name the digest of the one before it. */
  PREVIOUS_MISMATCH("previous-mismatch"),
  /** The log ends before the checkpoint, or before the size that was asked for. */
  TRUNCATED("truncated"),
  /** A receipt beyond the checkpoint: nothing vouches for its place. */
  UNCOVERED("uncovered"),
  /** All receipts hold together, but not to the root that was signed. */
  ROOT_MISMATCH("root-mismatch");

  private final String id;

  Flaw(String id) {
    this.id = id;
  }

  /** The name in output for machines. */
  public String id() {
    return id;
  }
}
