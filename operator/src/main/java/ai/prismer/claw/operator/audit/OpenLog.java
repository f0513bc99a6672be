package ai.prismer.claw.operator.audit;

import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Frontier;
import ai.prismer.claw.gate.receipt.LogEntry;
import ai.prismer.claw.gate.receipt.LogObjects;
import ai.prismer.claw.gate.receipt.LogState;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.receipt.ReceiptSummary;
import ai.prismer.claw.gate.receipt.SigningKey;
import ai.prismer.claw.gate.receipt.VerifierKey;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The log as one operator has read it: its state, its published head, and the key to sign with.
 *
 * <p>After an exception it is thrown away and read anew. Not safe for concurrent use.
 */
final class OpenLog {
  private final SigningKeys keys;
  private final HeadStore heads;
  private final ReceiptStore receipts;
  private final LogState state;
  private final Recent recent = new Recent();
  private Head head;
  private @Nullable SigningKey key;
  private @Nullable String broken;

  private OpenLog(
      SigningKeys keys, HeadStore heads, ReceiptStore receipts, LogState state, Head head) {
    this.keys = keys;
    this.heads = heads;
    this.receipts = receipts;
    this.state = state;
    this.head = head;
  }

  /**
   * Reads the log: from its head on, or where that cannot be believed from its first receipt.
   *
   * @param now since when a key that nobody has published signs
   * @throws AuditLogException if the receipts do not hold together
   */
  static OpenLog read(SigningKeys keys, HeadStore heads, ReceiptStore receipts, Instant now) {
    SigningKeys.Found found = keys.load(heads.publishedKeys());
    Head head = heads.load(found.verifiers());
    boolean lost = head.stored() < 0;
    // From the beginning the keys of every period are met; each rotation takes one away.
    Set<VerifierKey> accepted = new LinkedHashSet<>(lost ? head.keys() : head.currentKeys());
    found.verifiers().stream()
        .filter(key -> lost || !head.keys().contains(key))
        .forEach(accepted::add);
    OpenLog log;
    if (lost) {
      Rebuild.Start start = Rebuild.start(receipts, accepted);
      Head known = head;
      for (Rebuild.Passed passed : start.rotations()) {
        LogEntry.Rotation rotation = passed.rotation();
        known = known.rotated(rotation.oldKey(), rotation.newKey(), passed.time());
      }
      log = new OpenLog(keys, heads, receipts, start.state(), known);
      log.walk();
    } else {
      LogState state = new LogState(head.frontier(), accepted);
      log = new OpenLog(keys, heads, receipts, state, head);
      log.catchUp();
    }
    log.choose(found, now);
    return log;
  }

  LogState state() {
    return state;
  }

  /** What the newest receipts say. */
  Recent recent() {
    return recent;
  }

  /** The key to sign with, if there is one. */
  Optional<SigningKey> key() {
    return Optional.ofNullable(key);
  }

  /** Why there is none. */
  String whyUnsigned() {
    return broken == null ? "there is no key that the log accepts" : broken;
  }

  Head head() {
    return head;
  }

  /** How many receipts the published checkpoint covers. */
  long covered() {
    return Math.max(0, head.stored());
  }

  /** The mark below which receipts are gone. */
  Frontier pruned() {
    return state.pruned().filter(mark -> mark.size() > head.pruned().size()).orElse(head.pruned());
  }

  /** Looks for a key, where there was none. */
  void findKey(Instant now) {
    if (key == null) {
      choose(keys.load(head.periods().size()), now);
    }
  }

  private void choose(SigningKeys.Found found, Instant now) {
    found.verifiers().stream().filter(each -> !head.keys().contains(each)).forEach(state::trust);
    key = found.choose(state.keys(), head.keys()).orElse(null);
    broken = found.broken();
    if (key != null) {
      head = head.signedBy(key.verifier(), now.toString());
    }
  }

  /**
   * Creates the receipt at the first free index.
   *
   * @param signers keys that sign it; without any it is unsigned
   * @param extra what another signer says of it, which is no part of the log
   * @return whether it was created; if not, somebody else's stands there and was taken over
   */
  boolean create(Draft draft, List<SigningKey> signers, @Nullable String extra) {
    long index = state.size();
    Draft.Placed placed = draft.place(state.frontier(), signers);
    if (receipts.create(index, draft, placed.envelope(), !signers.isEmpty(), extra)) {
      follow(placed.envelope());
      return true;
    }
    follow(stored(index));
    return false;
  }

  String stored(long index) {
    return receipts
        .read(index)
        .orElseThrow(() ->
            new AuditLogException(LogObjects.receiptName(index) + " exists and cannot be read"));
  }

  /** Takes over all receipts there are; one that is missing is found. */
  private void walk() {
    long start = state.size();
    receipts.walk(receipt -> {
      if (receipt.index() >= start) {
        follow(receipt.envelope());
      }
      return true;
    });
  }

  /** Takes over what others have appended. */
  void catchUp() {
    for (Optional<String> next = receipts.read(state.size());
        next.isPresent();
        next = receipts.read(state.size())) {
      follow(next.get());
    }
  }

  /** Publishes where the log ends, if it can be signed as a whole. */
  void publish() {
    while (key != null && state.unsigned() == 0 && !isPublished()) {
      head = head.covering(state.frontier(), pruned());
      Optional<Head> saved = heads.save(head, key);
      if (saved.isPresent()) {
        head = saved.get();
        return;
      }
      Head other = heads.load(state.keys());
      if (other.stored() > state.size()) {
        // Both follow the same objects: what it covers is there to be read.
        catchUp();
      }
      head = head.onTopOf(other);
    }
  }

  private boolean isPublished() {
    return head.stored() == state.size() && head.pruned().equals(pruned());
  }

  private void follow(String envelope) {
    long index = state.size();
    Optional<LogEntry> entry;
    try {
      entry = state.follow(envelope);
    } catch (NotVerifiedException wrong) {
      throw new AuditLogException(
          "the receipt log does not hold together at "
              + LogObjects.receiptName(state.size())
              + ": "
              + wrong.getMessage()
              + "; verify an export of it, and restore what is missing from a backup",
          wrong);
    }
    recent.add(index, envelope);
    if (entry.orElse(null) instanceof LogEntry.Rotation rotation) {
      head = head.rotated(rotation.oldKey(), rotation.newKey(), time(envelope));
      SigningKeys.Found found = keys.load(head.periods().size());
      key = found.choose(state.keys(), head.keys()).orElse(null);
      broken = found.broken();
    }
  }

  private static String time(String envelope) {
    try {
      return ReceiptSummary.of(envelope).time();
    } catch (NotVerifiedException impossible) {
      throw new IllegalStateException("it was followed", impossible);
    }
  }
}
