package ai.prismer.claw.cli.resource;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Whose an object is. A name or a label proves nothing; anybody can choose it. */
public final class Ownership {
  private Ownership() {}

  /** Whether the owner with this UID controls the object. */
  public static boolean isControlledBy(HasMetadata object, String uid) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(
            owner -> Boolean.TRUE.equals(owner.getController()) && owner.getUid().equals(uid));
  }
}
