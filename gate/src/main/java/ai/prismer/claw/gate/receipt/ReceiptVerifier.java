package ai.prismer.claw.gate.receipt;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Verifies an export, offline, in one pass and bounded memory, and names the first bad receipt.
 *
 * <p>For each line, in this order: readable, signed by an accepted key, canonical and consistent in
 * itself, at its place, following the receipt before it. Only then does it count as a leaf. After
 * the last line: as many leaves as the checkpoint says, with the root it says, and the checkpoint
 * itself signed by an accepted key. The checkpoint comes last because a fault in a receipt tells
 * more than the same fault in the whole.
 *
 * <p>Accepted are the pinned keys, and those that an accepted key has named as its successor. A
 * receipt without any signature passes if a later one vouches for it by index and digest. A log
 * that begins above 0 passes if one of its own receipts records that a person had the rest pruned,
 * with the very frontier from which the export goes on: peaks that are not those of the pruned
 * receipts do not lead to the signed root.
 *
 * <p>Nothing in the export chooses a key. A key id only decides whether a failed signature is
 * called {@link Flaw#WRONG_KEY} (it does not even claim a pinned key) or a change.
 */
public final class ReceiptVerifier {
  private final Lines lines;
  private final Diagnosis diagnosis;
  private final Expectation expectation;
  private final Consumer<byte[]> each;
  private final Set<VerifierKey> everAccepted;
  private LogState state;
  private Frontier start = Frontier.EMPTY;
  private boolean startIsMarked;
  private long decisions;
  private long outcomes;
  private long requests;

  private ReceiptVerifier(InputStream export, Expectation expectation, Consumer<byte[]> each) {
    this.lines = new Lines(export, ExportHeader.MAX_BYTES);
    this.diagnosis = new Diagnosis(lines);
    this.expectation = expectation;
    this.each = each;
    this.state = new LogState(Frontier.EMPTY, expectation.keys());
    this.everAccepted = new LinkedHashSet<>(expectation.keys());
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
    return verify(export, expectation, payload -> {});
  }

  /**
   * Verifies an export and hands over what it reads.
   *
   * @param export the file; read to its end unless a fault is found before, not closed
   * @param expectation what is known from elsewhere
   * @param each given the payload of each receipt that is genuine and in its place; whether the log
   *     as a whole is, only the result says
   * @throws IOException if the export cannot be read
   */
  public static Verification verify(
      InputStream export, Expectation expectation, Consumer<byte[]> each) throws IOException {
    return new ReceiptVerifier(export, expectation, each).run();
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
      begin(header);
    } catch (NotVerifiedException e) {
      return refused(OptionalLong.empty(), e.flaw(), "header: " + e.reason());
    }
    if (!claimed.origin().equals(header.origin())) {
      return refused(
          OptionalLong.empty(), Flaw.MALFORMED, "header: origin and checkpoint name two logs");
    }
    Checkpoint kept = expectation.checkpoint().orElse(null);
    if (kept != null && !kept.origin().equals(claimed.origin())) {
      return Diagnosis.otherLog(kept, claimed);
    }
    if (kept != null && kept.size() < state.size()) {
      return Diagnosis.pruned(kept, start);
    }
    Verification.Refused bad = receipts(header.checkpoint(), claimed);
    if (bad == null) {
      bad = whole(header, claimed);
    }
    return bad != null
        ? bad
        : new Verification.Verified(
            claimed, start.size(), decisions, outcomes, requests, List.copyOf(everAccepted));
  }

  /** Where receipts were pruned: the log begins above 0, with the keys of the last rotation. */
  private void begin(ExportHeader header) throws NotVerifiedException {
    start = header.start();
    state = new LogState(start, expectation.keys());
    startIsMarked = start.size() == 0;
    for (String rotation : header.rotations()) {
      state.followRotation(rotation);
      everAccepted.addAll(state.keys());
    }
  }

  private Verification.@Nullable Refused receipts(String note, Checkpoint claimed)
      throws IOException {
    Checkpoint kept = expectation.checkpoint().orElse(null);
    while (true) {
      long index = state.size();
      if (kept != null && index == kept.size() && !state.frontier().root().equals(kept.root())) {
        return Diagnosis.fork(kept);
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
    long index = state.size();
    if (envelope.isSigned() && !envelope.isSignedBy(state.keys())) {
      throw diagnosis.notSigned(envelope, state, everAccepted, note, claimed);
    }
    ReadReceipt receipt = ReadReceipt.of(envelope.payload());
    if (receipt.index() != index) {
      throw diagnosis.misplaced(receipt, state);
    }
    if (!Objects.equals(receipt.previous(), state.frontier().last())) {
      throw new NotVerifiedException(
          Flaw.PREVIOUS_MISMATCH,
          index == 0
              ? "the first receipt names one before it"
              : "it does not follow the receipt "
                  + (index - 1)
                  + " that stands before it; one of the two belongs to another history");
    }
    switch (state.accept(envelope, receipt).orElse(null)) {
      case LogEntry.Pruning pruning -> startIsMarked |= pruning.mark().equals(start);
      case LogEntry.Rotation rotation -> everAccepted.add(rotation.newKey());
      case LogEntry.Voucher ignored -> {
        // Counted by the state.
      }
      case null -> {
        // A decision, an outcome, a request, or a kind of a later version: in its place and
        // chained, which is
        // all that is claimed.
        decisions += receipt.kind().equals(Receipt.KIND_DECISION) ? 1 : 0;
        outcomes += receipt.kind().equals(Receipt.KIND_OUTCOME) ? 1 : 0;
        requests += receipt.kind().equals(Receipt.KIND_REQUEST) ? 1 : 0;
      }
    }
    each.accept(envelope.payload());
  }

  private Verification.@Nullable Refused whole(ExportHeader header, Checkpoint claimed) {
    long size = state.size();
    try {
      // By the keys that hold at its end: the key before a rotation signs no log that contains it.
      Checkpoint.open(header.checkpoint(), state.keys());
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
    if (!state.frontier().root().equals(claimed.root())) {
      return refused(
          OptionalLong.empty(),
          Flaw.ROOT_MISMATCH,
          "the receipts hold together, but they are not the ones the checkpoint was signed for");
    }
    if (state.unsigned() > 0) {
      return refused(
          OptionalLong.of(state.nextToVouchFor().getFirst().index()),
          Flaw.UNSIGNED,
          "it has no signature, and no later receipt vouches for it");
    }
    if (!startIsMarked) {
      return refused(
          OptionalLong.of(0),
          Flaw.MISSING,
          "it is missing, up to "
              + (start.size() - 1)
              + ": no receipt records that a person had them pruned");
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

  private static Verification.Refused refused(OptionalLong index, Flaw flaw, String reason) {
    return new Verification.Refused(index, flaw, reason);
  }
}
