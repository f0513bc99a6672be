package ai.prismer.claw.operator.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What this operator has seen of its children; at least as new as its own last write of each. What
 * it returns must not be changed.
 */
public interface ChildCache {

  /** The child as last seen, or null. Objects without the label of this operator are never seen. */
  <T extends HasMetadata> @Nullable T get(Class<T> kind, String namespace, String name);

  /**
   * Takes note of an own write, so that the next read is not older.
   *
   * @param before the object that was written over; null after a creation
   * @param after the object as the server returned it
   */
  <T extends HasMetadata> void written(@Nullable T before, T after);
}
