package ai.prismer.claw.operator.audit;

import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.receipt.Draft;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.OptionalLong;

/**
 * What the newest receipts say. Whoever appends must first know that the log does not have its
 * receipt yet, and between the decision and its turn others have appended theirs: without this
 * memory each of those would be read from the API server while everybody waits, which takes longer
 * the more there are. Not safe for concurrent use.
 */
final class Recent {
  /** Far more than are appended between a decision and its turn; about 100 bytes each. */
  static final int KEPT = 1024;

  private record Said(long index, Digest digest) {}

  private final Deque<Said> newest = new ArrayDeque<>();

  /** Remembers a receipt of the log, which follows the last one. */
  void add(long index, String envelope) {
    if (newest.size() == KEPT) {
      newest.removeFirst();
    }
    Draft.in(envelope).ifPresent(said -> newest.addLast(new Said(index, said.digest())));
  }

  /** The first index that is remembered, if there is any; all later ones are. */
  OptionalLong from() {
    return newest.isEmpty() ? OptionalLong.empty() : OptionalLong.of(newest.getFirst().index());
  }

  /** The index of a receipt that says what the draft says, if it is among those remembered. */
  OptionalLong find(Draft draft) {
    Digest wanted = draft.digest();
    for (Iterator<Said> said = newest.descendingIterator(); said.hasNext(); ) {
      Said each = said.next();
      if (each.digest().equals(wanted)) {
        return OptionalLong.of(each.index());
      }
    }
    return OptionalLong.empty();
  }
}
