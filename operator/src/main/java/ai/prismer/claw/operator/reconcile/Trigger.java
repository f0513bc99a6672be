package ai.prismer.claw.operator.reconcile;

/**
 * Asks for reconciliations out of turn. Calls return at once, are safe from any thread, and many
 * for one Claw become one reconciliation.
 */
public interface Trigger {

  /** One Claw; nothing happens when it does not exist. */
  void one(String namespace, String name);

  /** All Claws of one namespace. */
  void namespace(String namespace);

  /** All Claws. */
  void all();
}
