package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Claws as this operator's own last writes left them.
 *
 * <p>The cache runs behind. A reconciliation that decides on a Claw from before its own last write
 * would fail with a conflict at best, and repeat itself at worst. Only Claws whose echo has not
 * arrived are held.
 */
final class OwnWrites {

  private final Map<String, Claw> byUid = new ConcurrentHashMap<>();

  /** Takes note of the server's answer to an own write. */
  void note(Claw written) {
    byUid.put(written.getMetadata().getUid(), written);
  }

  /** The newer of what the cache has and what was written. */
  Claw newest(Claw cached) {
    String uid = cached.getMetadata().getUid();
    Claw written = byUid.get(uid);
    if (written == null) {
      return cached;
    }
    if (isNewer(written, cached)) {
      return written;
    }
    byUid.remove(uid, written);
    return cached;
  }

  /**
   * Whether the cache shows no more than what was written last. Nothing can hide before it: every
   * write was guarded by the version it was decided on.
   */
  boolean isEcho(Claw cached) {
    Claw written = byUid.get(cached.getMetadata().getUid());
    return written != null && !isNewer(cached, written);
  }

  void forget(String uid) {
    byUid.remove(uid);
  }

  /** Versions are ordered numbers (KEP-5504). */
  private static boolean isNewer(Claw one, Claw other) {
    try {
      return Long.parseLong(one.getMetadata().getResourceVersion())
          > Long.parseLong(other.getMetadata().getResourceVersion());
    } catch (NumberFormatException opaque) {
      return false;
    }
  }
}
