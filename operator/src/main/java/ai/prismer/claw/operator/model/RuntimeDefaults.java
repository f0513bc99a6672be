package ai.prismer.claw.operator.model;

/** Values that hold where a spec is silent. */
final class RuntimeDefaults {

  /** User and group of a runtime whose spec names none; never 0. */
  static final long USER = 1000;

  /** Seconds a runtime gets to stop. */
  static final int GRACE_SECONDS = 30;

  private RuntimeDefaults() {}
}
