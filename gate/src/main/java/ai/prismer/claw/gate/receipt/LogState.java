package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a log stands after what was read of it so far: the one place that says what may follow.
 *
 * <p>The operator reads on with it before it appends, and the verifier reads an export with it, so
 * that the two cannot disagree about what a log is. It knows four things:
 *
 * <ul>
 *   <li>the frontier: which index and which previous digest come next
 *   <li>the keys whose signature is accepted from here on. A rotation takes the old one away and
 *       puts the new one in its place, so that a receipt that somebody signs with a stolen old key
 *       behind the rotation is none
 *   <li>the receipts without a signature that no later receipt has vouched for yet. They have their
 *       place and their digest in the chain like all others; a log is not whole before the list is
 *       empty
 *   <li>the newest mark below which receipts may be gone
 * </ul>
 *
 * <p>Not safe for concurrent use. After an exception it is what it was before.
 */
public final class LogState {
  /** More than any outage of a key makes; a list without a bound would be a way to fill memory. */
  public static final int MAX_UNSIGNED = 100_000;

  private final Set<VerifierKey> keys;
  private final Deque<LogEntry.Unsigned> unsigned = new ArrayDeque<>();
  private Frontier frontier;
  private @Nullable Frontier pruned;

  /**
   * A log of which so much is known.
   *
   * @param frontier where to read on
   * @param keys keys whose signature is accepted
   */
  public LogState(Frontier frontier, Collection<VerifierKey> keys) {
    this.frontier = frontier;
    this.keys = new LinkedHashSet<>(keys);
  }

  /** What it takes to append. */
  public Frontier frontier() {
    return frontier;
  }

  /** How many receipts were followed, or lie before the first of them. */
  public long size() {
    return frontier.size();
  }

  /** Keys whose signature is accepted for the next receipt. */
  public List<VerifierKey> keys() {
    return List.copyOf(keys);
  }

  /** Accepts another key, because its owner is known from elsewhere. */
  public void trust(VerifierKey key) {
    keys.add(key);
  }

  /** How many receipts wait for one that vouches for them. */
  public int unsigned() {
    return unsigned.size();
  }

  /** The first receipts that wait, as many as one voucher can name. */
  public List<LogEntry.Unsigned> nextToVouchFor() {
    return unsigned.stream().limit(LogEntry.Voucher.MAX).toList();
  }

  /** The log before the newest mark of a pruning, if one was recorded. */
  public Optional<Frontier> pruned() {
    return Optional.ofNullable(pruned);
  }

  /**
   * Takes over the next receipt, as somebody has stored it.
   *
   * @param envelope the stored envelope
   * @return what it says about the log, if it says something about it
   * @throws NotVerifiedException if it is signed by an unknown key, or not the one that follows
   */
  public Optional<LogEntry> follow(String envelope) throws NotVerifiedException {
    Envelope read = Envelope.read(envelope.getBytes(StandardCharsets.UTF_8));
    if (read.isSigned() && !read.isSignedBy(keys)) {
      throw new NotVerifiedException(
          Flaw.BAD_SIGNATURE, "receipt " + size() + " is signed by no known key");
    }
    ReadReceipt receipt = ReadReceipt.of(read.payload());
    checkPlace(frontier, receipt);
    return accept(read, receipt);
  }

  private static void checkPlace(Frontier frontier, ReadReceipt receipt)
      throws NotVerifiedException {
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
  }

  /**
   * The frontier after a receipt whose signature was checked long ago: its place and what it
   * follows are checked.
   *
   * @throws NotVerifiedException if it is not the one that follows
   */
  public static Frontier next(Frontier frontier, String envelope) throws NotVerifiedException {
    Envelope read = Envelope.read(envelope.getBytes(StandardCharsets.UTF_8));
    checkPlace(frontier, ReadReceipt.of(read.payload()));
    return frontier.append(read.payload());
  }

  /**
   * Takes over a rotation that lies before the point from which on the log is known. Its place
   * cannot be checked, and need not be: the old key vouches for the new one wherever it does.
   *
   * @return which key took the place of which
   * @throws NotVerifiedException if it is none, or not signed by an accepted key
   */
  public LogEntry.Rotation followRotation(String envelope) throws NotVerifiedException {
    Envelope read = Envelope.read(envelope.getBytes(StandardCharsets.UTF_8));
    ReadReceipt receipt = ReadReceipt.of(read.payload());
    if (!receipt.kind().equals(Receipt.KIND_ROTATION) || receipt.index() >= size()) {
      throw new NotVerifiedException(Flaw.MALFORMED, "it is no rotation of an earlier key");
    }
    LogEntry.Rotation rotation = LogEntry.Rotation.read(receipt.predicate());
    rotate(read, rotation);
    return rotation;
  }

  /** Takes over a receipt whose place has been checked, and whose signature, if it has one. */
  Optional<LogEntry> accept(Envelope envelope, ReadReceipt receipt) throws NotVerifiedException {
    LogEntry entry =
        switch (receipt.kind()) {
          case Receipt.KIND_ROTATION -> LogEntry.Rotation.read(receipt.predicate());
          case Receipt.KIND_VOUCHER -> LogEntry.Voucher.read(receipt.predicate());
          case Receipt.KIND_PRUNING -> LogEntry.Pruning.read(receipt.predicate());
          // Decisions, outcomes, and kinds of a later version.
          default -> null;
        };
    if (entry != null) {
      checkSubject(receipt);
      if (!envelope.isSigned()) {
        throw new NotVerifiedException(
            Flaw.UNSIGNED, "it says something about the log and has no signature");
      }
    }
    switch (entry) {
      case LogEntry.Rotation rotation -> rotate(envelope, rotation);
      case LogEntry.Voucher voucher -> vouch(voucher);
      case LogEntry.Pruning pruning -> prune(pruning);
      case null -> {
        if (!envelope.isSigned()) {
          postpone(receipt);
        }
      }
    }
    frontier = frontier.append(envelope.payload());
    return Optional.ofNullable(entry);
  }

  private void postpone(ReadReceipt receipt) throws NotVerifiedException {
    if (unsigned.size() == MAX_UNSIGNED) {
      throw new NotVerifiedException(
          Flaw.UNSIGNED, MAX_UNSIGNED + " receipts before it have no signature either");
    }
    unsigned.add(new LogEntry.Unsigned(receipt.index(), receipt.digest()));
  }

  private void rotate(Envelope envelope, LogEntry.Rotation rotation) throws NotVerifiedException {
    if (!keys.contains(rotation.oldKey())
        || !envelope.isSignedBy(List.of(rotation.oldKey()))
        || !envelope.isSignedBy(List.of(rotation.newKey()))) {
      throw new NotVerifiedException(
          Flaw.BAD_SIGNATURE, "a key is replaced only by the signature of the old and the new one");
    }
    keys.remove(rotation.oldKey());
    keys.add(rotation.newKey());
  }

  private void vouch(LogEntry.Voucher voucher) throws NotVerifiedException {
    List<LogEntry.Unsigned> named = voucher.unsigned();
    List<LogEntry.Unsigned> waiting =
        new ArrayList<>(unsigned.stream().limit(named.size()).toList());
    if (!waiting.equals(named)) {
      throw new NotVerifiedException(
          Flaw.MALFORMED, "it vouches for other receipts than those that have no signature");
    }
    named.forEach(each -> unsigned.remove());
  }

  private void prune(LogEntry.Pruning pruning) throws NotVerifiedException {
    if (pruning.mark().size() > size() || (pruned != null && isBefore(pruning.mark(), pruned))) {
      throw new NotVerifiedException(
          Flaw.MALFORMED, "its mark lies beyond itself, or before an earlier one");
    }
    pruned = pruning.mark();
  }

  private static boolean isBefore(Frontier mark, Frontier earlier) {
    return mark.size() < earlier.size();
  }

  private void checkSubject(ReadReceipt receipt) throws NotVerifiedException {
    Digest root = frontier.root();
    if (!root.hex().equals(receipt.subjectDigest())) {
      throw new NotVerifiedException(
          Flaw.MALFORMED, "its subject is not the log as it stands before it");
    }
  }
}
