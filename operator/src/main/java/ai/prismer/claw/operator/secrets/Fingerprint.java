package ai.prismer.claw.operator.secrets;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a Secret.
 *
 * @param resourceVersion version it was taken from
 * @param mark keyed hash of the content
 * @param keys names of the entries
 * @param controllerUid UID of its controller, if it has one
 */
public record Fingerprint(
    String resourceVersion, String mark, Set<String> keys, @Nullable String controllerUid) {

  public Fingerprint {
    keys = Set.copyOf(keys);
  }
}
