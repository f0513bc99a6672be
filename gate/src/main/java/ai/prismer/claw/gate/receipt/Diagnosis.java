package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.text.ForeignText;
import java.io.IOException;
import java.util.Collection;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a log that does not verify, told from the rest of the file. It may read that to
 * its end, for after a fault nothing else is read.
 */
final class Diagnosis {
  private final Lines lines;

  /** Tells from these lines. */
  Diagnosis(Lines lines) {
    this.lines = lines;
  }

  /**
   * A receipt whose signature is by no accepted key.
   *
   * @param state the log before it
   * @param everAccepted every key that was accepted up to here
   * @param note the signed checkpoint of the export
   * @param claimed what the checkpoint says
   */
  NotVerifiedException notSigned(
      Envelope envelope,
      LogState state,
      Collection<VerifierKey> everAccepted,
      String note,
      Checkpoint claimed)
      throws IOException {
    if (!isClaimed(note, everAccepted)) {
      return new NotVerifiedException(
          Flaw.WRONG_KEY, "it is signed by no pinned key, and neither is the checkpoint");
    }
    return logGoesOnFrom(envelope, state, claimed)
        ? new NotVerifiedException(Flaw.BAD_SIGNATURE, "its signature was not made by a pinned key")
        : new NotVerifiedException(Flaw.TAMPERED, "it was changed after it was signed");
  }

  /** Whether the checkpoint at least claims to be signed by a pinned key. */
  private static boolean isClaimed(String note, Collection<VerifierKey> everAccepted) {
    try {
      Checkpoint.open(note, everAccepted);
      return true;
    } catch (NotVerifiedException e) {
      return e.flaw() != Flaw.WRONG_KEY;
    }
  }

  /** Which half was changed: what comes after was made from the payload, never the signature. */
  private boolean logGoesOnFrom(Envelope envelope, LogState state, Checkpoint claimed)
      throws IOException {
    if (state.size() + 1 == claimed.size()) {
      return state.frontier().append(envelope.payload()).root().equals(claimed.root());
    }
    return Digest.of(envelope.payload()).equals(previousOfNext());
  }

  private @Nullable Digest previousOfNext() throws IOException {
    try {
      byte[] line = lines.next();
      return line == null ? null : ReadReceipt.of(Envelope.read(line).payload()).previous();
    } catch (NotVerifiedException e) {
      return null;
    }
  }

  /** A signed receipt at another one's place: the rest of the file tells what happened. */
  NotVerifiedException misplaced(ReadReceipt receipt, LogState state) throws IOException {
    long index = state.size();
    long found = receipt.index();
    if (found == index - 1 && !receipt.digest().equals(state.frontier().last())) {
      return new NotVerifiedException(
          Flaw.FORK, "there are two different receipts with the index " + found);
    }
    if (found < index) {
      return new NotVerifiedException(
          Flaw.REORDERED, "receipt " + found + " stands in its place, a second time or too late");
    }
    return appearsLater(index)
        ? new NotVerifiedException(
            Flaw.REORDERED, "receipt " + found + " stands in its place, and it comes later")
        : new NotVerifiedException(
            Flaw.MISSING, "it is missing; receipt " + found + " stands in its place");
  }

  private boolean appearsLater(long index) throws IOException {
    while (true) {
      try {
        byte[] line = lines.next();
        if (line == null) {
          return false;
        }
        if (ReadReceipt.of(Envelope.read(line).payload()).index() == index) {
          return true;
        }
      } catch (NotVerifiedException e) {
        if (e.flaw() == Flaw.OVERSIZED) {
          return false;
        }
      }
    }
  }

  static Verification.Refused otherLog(Checkpoint kept, Checkpoint claimed) {
    return new Verification.Refused(
        OptionalLong.empty(),
        Flaw.OTHER_LOG,
        "the expected checkpoint is of log "
            + ForeignText.quoted(kept.origin())
            + ", the export of log "
            + ForeignText.quoted(claimed.origin()));
  }

  static Verification.Refused pruned(Checkpoint kept, Frontier start) {
    return new Verification.Refused(
        OptionalLong.empty(),
        Flaw.MISSING,
        "the expected checkpoint is of the first "
            + kept.size()
            + " receipts, and the log was pruned up to "
            + (start.size() - 1)
            + ": compare it with an export from before that, and keep a newer one");
  }

  static Verification.Refused fork(Checkpoint kept) {
    return new Verification.Refused(
        OptionalLong.empty(),
        Flaw.FORK,
        "the first "
            + kept.size()
            + " receipts are not the ones that the expected checkpoint was made for");
  }
}
