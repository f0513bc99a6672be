package ai.prismer.claw.operator.secrets;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The mark of all Secrets of a pod, {@code <key id>.<keyed hash>}, and what it becomes when the key
 * is lost.
 *
 * <p>A new key alone must not roll every agent of a cluster. Under a new key the old mark cannot be
 * compared, so it stays on the template, and the mark under the new key is noted beside it as a
 * baseline, on the StatefulSet where it rolls nothing. Only when the mark leaves that baseline has
 * a Secret really changed.
 *
 * @param onTemplate what stands on the pod template
 * @param baseline what stands on the StatefulSet; null when the template's mark is of this key
 */
public record SecretMark(String onTemplate, @Nullable String baseline) {

  /** Joins the marks of several Secrets under the same key. */
  static String join(HashKey key, Map<String, String> markByName) {
    return key.id() + "." + key.mark(new TreeMap<>(markByName).toString());
  }

  /**
   * What is to stand there.
   *
   * @param present the mark of the Secrets now
   * @param template what stands on the pod template, if there is one
   * @param baseline what stands on the StatefulSet, if anything
   */
  public static SecretMark decide(
      String present, @Nullable String template, @Nullable String baseline) {
    if (template == null || sameKey(template, present)) {
      return new SecretMark(present, null);
    }
    boolean changed = baseline != null && sameKey(baseline, present) && !baseline.equals(present);
    return changed ? new SecretMark(present, null) : new SecretMark(template, present);
  }

  private static boolean sameKey(String one, String other) {
    return keyId(one).equals(keyId(other));
  }

  private static String keyId(String mark) {
    int dot = mark.indexOf('.');
    return dot < 0 ? "" : mark.substring(0, dot);
  }
}
