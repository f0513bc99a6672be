package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Keys;

/** Annotations that make a change outside the pod template roll the pod. */
public final class Marks {

  /** Hash of the configuration file. */
  public static final String CONFIG_HASH = Keys.GROUP + "/config-hash";

  /** Keyed hash of the Secrets the pod uses. */
  public static final String SECRET_HASH = Keys.GROUP + "/secret-hash";

  /** On the StatefulSet: mark of the Secrets under a new key, see the room {@code secrets}. */
  public static final String SECRET_BASELINE = Keys.GROUP + "/secret-baseline";

  private Marks() {}
}
