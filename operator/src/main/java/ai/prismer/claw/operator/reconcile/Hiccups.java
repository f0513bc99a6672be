package ai.prismer.claw.operator.reconcile;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers the Claws whose last reconciliation met a server that did not answer, and nothing
 * worse.
 *
 * <p>The next one is a second away. What it does not meet again is not worth calling an agent not
 * ready: that is a write, an event and perhaps somebody's alarm, for a connection that broke.
 * Thread-safe.
 */
final class Hiccups {
  private final Set<String> byUid = ConcurrentHashMap.newKeySet();

  /** Whether this one had no other failure, and the one before had none of this kind. */
  boolean isFirst(Reconciliation reconciliation) {
    String uid = reconciliation.claw.getMetadata().getUid();
    if (reconciliation.isHiccup()) {
      return byUid.add(uid);
    }
    byUid.remove(uid);
    return false;
  }

  void forget(String uid) {
    byUid.remove(uid);
  }
}
