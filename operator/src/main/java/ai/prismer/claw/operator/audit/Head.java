package ai.prismer.claw.operator.audit;

import ai.prismer.claw.gate.receipt.Frontier;
import ai.prismer.claw.gate.receipt.VerifierKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of the log as it is published, or about to be.
 *
 * @param frontier what the checkpoint covers; empty where none can be believed
 * @param pruned the log before the first receipt that was not pruned; empty if none was
 * @param periods public keys that signed the log, newest last
 * @param resourceVersion version of the ConfigMap that was read or written last; null if there was
 *     none
 * @param stored how many receipts the ConfigMap of that version covers; −1 if it is not usable, or
 *     does not publish what this head does
 */
record Head(
    Frontier frontier,
    Frontier pruned,
    List<KeyPeriod> periods,
    @Nullable String resourceVersion,
    long stored) {

  Head {
    periods = List.copyOf(periods);
  }

  List<VerifierKey> keys() {
    return periods.stream().map(KeyPeriod::key).toList();
  }

  /** Keys that nothing says were replaced. */
  List<VerifierKey> currentKeys() {
    return periods.stream().filter(each -> each.until() == null).map(KeyPeriod::key).toList();
  }

  Head asStored(@Nullable String version, long size) {
    return new Head(frontier, pruned, periods, version, size);
  }

  Head covering(Frontier next, Frontier prunedNow) {
    return new Head(next, prunedNow, periods, resourceVersion, stored);
  }

  /** The head with this key among those that signed; a key it did not know makes it unstored. */
  Head signedBy(VerifierKey key, String since) {
    return keys().contains(key) ? this : publishing(with(key, since, periods));
  }

  /** The head after one key has taken the place of another. */
  Head rotated(VerifierKey old, VerifierKey next, String at) {
    List<KeyPeriod> known = keys().contains(old) ? periods : with(old, null, periods);
    List<KeyPeriod> ended =
        known.stream().map(each -> each.key().equals(old) ? each.endedAt(at) : each).toList();
    return publishing(keys().contains(next) ? ended : with(next, at, ended));
  }

  /** This head, to replace the one that somebody else was faster to store. */
  Head onTopOf(Head other) {
    List<KeyPeriod> merged = new ArrayList<>(other.periods);
    for (KeyPeriod mine : periods) {
      int at = other.keys().indexOf(mine.key());
      if (at < 0) {
        merged.add(mine);
      } else if (mine.until() != null) {
        merged.set(at, merged.get(at).endedAt(mine.until()));
      }
    }
    return new Head(
        frontier,
        other.pruned,
        merged,
        other.resourceVersion,
        merged.equals(other.periods) ? other.stored : -1);
  }

  private Head publishing(List<KeyPeriod> next) {
    return new Head(frontier, pruned, next, resourceVersion, next.equals(periods) ? stored : -1);
  }

  private static List<KeyPeriod> with(
      VerifierKey key, @Nullable String since, List<KeyPeriod> periods) {
    List<KeyPeriod> all = new ArrayList<>(periods);
    all.add(new KeyPeriod(key, since, null));
    return all;
  }
}
