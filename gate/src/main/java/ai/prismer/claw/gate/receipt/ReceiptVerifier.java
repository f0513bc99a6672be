package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.text.ForeignText;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Verifies an export, offline, in one pass and bounded memory, and names the first bad receipt.
 *
 * <p>For each line, in this order: readable, signed by a pinned key, canonical and consistent in
 * itself, at its place, following the receipt before it. Only then does it count as a leaf. After
 * the last line: as many leaves as the checkpoint says, with the root it says, and the checkpoint
 * itself signed by a pinned key. The checkpoint comes last because a fault in a receipt tells more
 * than the same fault in the whole.
 *
 * <p>Nothing in the export chooses a key. A key id only decides whether a failed signature is
 * called {@link Flaw#WRONG_KEY} (it does not even claim a pinned key) or a change.
 */
public final class ReceiptVerifier {
  private final Lines lines;
  private final Expectation expectation;
  private Frontier frontier = Frontier.EMPTY;
  private long decisions;
  private long outcomes;
  private long requests;

  private ReceiptVerifier(InputStream export, Expectation expectation) {
    this.lines = new Lines(export, Envelope.MAX_BYTES);
    this.expectation = expectation;
  }

  /**
   * Verifies an export.
   *
   * @param export the file; read to its end unless a fault is found before, not closed
   * @param expectation what is known from elsewhere
   * @throws IOException if the export cannot be read
   */
  public static Verification verify(InputStream export, Expectation expectation)
      throws IOException {
    return new ReceiptVerifier(export, expectation).run();
  }

  private Verification run() throws IOException {
    ExportHeader header;
    Checkpoint claimed;
    try {
      byte[] line = lines.next();
      if (line == null) {
        return refused(OptionalLong.empty(), Flaw.MALFORMED, "the file is empty");
      }
      header = ExportHeader.read(line);
      claimed = Checkpoint.parse(header.checkpoint());
    } catch (NotVerifiedException e) {
      return refused(OptionalLong.empty(), e.flaw(), "header: " + e.reason());
    }
    if (!claimed.origin().equals(header.origin())) {
      return refused(
          OptionalLong.empty(), Flaw.MALFORMED, "header: origin and checkpoint name two logs");
    }
    Checkpoint kept = expectation.checkpoint().orElse(null);
    if (kept != null && !kept.origin().equals(claimed.origin())) {
      return otherLog(kept, claimed);
    }
    Verification.Refused bad = receipts(header.checkpoint(), claimed);
    if (bad == null) {
      bad = whole(header.checkpoint(), claimed);
    }
    return bad != null ? bad : new Verification.Verified(claimed, decisions, outcomes, requests);
  }

  private Verification.@Nullable Refused receipts(String note, Checkpoint claimed)
      throws IOException {
    Checkpoint kept = expectation.checkpoint().orElse(null);
    while (true) {
      long index = frontier.size();
      if (kept != null && index == kept.size() && !frontier.root().equals(kept.root())) {
        return fork(kept);
      }
      try {
        byte[] line = lines.next();
        if (line == null) {
          return null;
        }
        if (index >= claimed.size()) {
          throw new NotVerifiedException(
              Flaw.UNCOVERED, "the checkpoint covers only " + claimed.size() + " receipts");
        }
        accept(Envelope.read(line), note, claimed);
      } catch (NotVerifiedException e) {
        return refused(OptionalLong.of(index), e.flaw(), e.reason());
      }
    }
  }

  private void accept(Envelope envelope, String note, Checkpoint claimed)
      throws NotVerifiedException, IOException {
    long index = frontier.size();
    if (!envelope.isSignedBy(expectation.keys())) {
      throw unsigned(envelope, note, claimed);
    }
    ReadReceipt receipt = ReadReceipt.of(envelope.payload());
    if (receipt.index() != index) {
      throw misplaced(receipt, index);
    }
    if (!Objects.equals(receipt.previous(), frontier.last())) {
      throw new NotVerifiedException(
          Flaw.PREVIOUS_MISMATCH,
          index == 0
              ? "the first receipt names one before it"
              : "it does not follow the receipt "
                  + (index - 1)
                  + " that stands before it; one of the two belongs to another history");
    }
    frontier = frontier.append(envelope.payload());
    switch (receipt.kind()) {
      case Receipt.KIND_DECISION -> decisions++;
      case Receipt.KIND_OUTCOME -> outcomes++;
      case Receipt.KIND_REQUEST -> requests++;
      default -> {
        // A kind of a later version: signed, in its place and chained, which is all that is
        // claimed.
      }
    }
  }

  private NotVerifiedException unsigned(Envelope envelope, String note, Checkpoint claimed)
      throws IOException {
    if (!envelope.isSigned()) {
      return new NotVerifiedException(Flaw.UNSIGNED, "it has no signature");
    }
    if (!isClaimed(note)) {
      return new NotVerifiedException(
          Flaw.WRONG_KEY, "it is signed by no pinned key, and neither is the checkpoint");
    }
    return logGoesOnFrom(envelope, claimed)
        ? new NotVerifiedException(Flaw.BAD_SIGNATURE, "its signature was not made by a pinned key")
        : new NotVerifiedException(Flaw.TAMPERED, "it was changed after it was signed");
  }

  /** Whether the checkpoint at least claims to be signed by a pinned key. */
  private boolean isClaimed(String note) {
    try {
      Checkpoint.open(note, expectation.keys());
      return true;
    } catch (NotVerifiedException e) {
      return e.flaw() != Flaw.WRONG_KEY;
    }
  }

  /** Which half was changed: what comes after was made from the payload, never the signature. */
  private boolean logGoesOnFrom(Envelope envelope, Checkpoint claimed) throws IOException {
    if (frontier.size() + 1 == claimed.size()) {
      return frontier.append(envelope.payload()).root().equals(claimed.root());
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
  private NotVerifiedException misplaced(ReadReceipt receipt, long index) throws IOException {
    long found = receipt.index();
    if (found == index - 1 && !receipt.digest().equals(frontier.last())) {
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

  private Verification.@Nullable Refused whole(String note, Checkpoint claimed) {
    long size = frontier.size();
    try {
      Checkpoint.open(note, expectation.keys());
    } catch (NotVerifiedException e) {
      return refused(OptionalLong.empty(), e.flaw(), e.reason());
    }
    if (size < claimed.size()) {
      return refused(
          OptionalLong.of(size),
          Flaw.TRUNCATED,
          "it is missing, with all after it: the checkpoint covers "
              + claimed.size()
              + " receipts");
    }
    if (!frontier.root().equals(claimed.root())) {
      return refused(
          OptionalLong.empty(),
          Flaw.ROOT_MISMATCH,
          "the receipts hold together, but they are not the ones the checkpoint was signed for");
    }
    Checkpoint kept = expectation.checkpoint().orElse(null);
    long least = Math.max(expectation.minSize(), kept == null ? 0 : kept.size());
    return size >= least
        ? null
        : refused(
            OptionalLong.of(size),
            Flaw.TRUNCATED,
            "it is missing: the log is known to have at least " + least + " receipts");
  }

  private static Verification.Refused otherLog(Checkpoint kept, Checkpoint claimed) {
    return refused(
        OptionalLong.empty(),
        Flaw.OTHER_LOG,
        "the expected checkpoint is of log "
            + ForeignText.quoted(kept.origin())
            + ", the export of log "
            + ForeignText.quoted(claimed.origin()));
  }

  private static Verification.Refused fork(Checkpoint kept) {
    return refused(
        OptionalLong.empty(),
        Flaw.FORK,
        "the first "
            + kept.size()
            + " receipts are not the ones that the expected checkpoint was made for");
  }

  private static Verification.Refused refused(OptionalLong index, Flaw flaw, String reason) {
    return new Verification.Refused(index, flaw, reason);
  }
}
