package ai.prismer.claw.operator.runtime;

import java.util.function.BooleanSupplier;

/** Whether reconciliations may act: always, or while this replica leads. */
final class Acting implements BooleanSupplier {
  private final boolean always;
  private volatile BooleanSupplier leading = () -> false;

  /**
   * Begins.
   *
   * @param always whether there is no lease to wait for
   */
  Acting(boolean always) {
    this.always = always;
  }

  /** From now on, while this lease is held. */
  void follow(Leadership leadership) {
    leading = leadership::isLeading;
  }

  @Override
  public boolean getAsBoolean() {
    return always || leading.getAsBoolean();
  }
}
