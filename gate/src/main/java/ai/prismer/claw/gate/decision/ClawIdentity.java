package ai.prismer.claw.gate.decision;

import java.util.Objects;

/**
 * One Claw, for ever: a deleted and re-made Claw of the same name has another UID.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its UID
 */
public record ClawIdentity(String namespace, String name, String uid) {
  /** No part is absent. */
  public ClawIdentity {
    Objects.requireNonNull(namespace);
    Objects.requireNonNull(name);
    Objects.requireNonNull(uid);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
