package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.operator.model.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Asks for reconciliations out of turn. Calls return at once, are safe from any thread, and many
 * for one Claw become one reconciliation.
 */
public interface Trigger {

  /** One Claw; nothing happens when it does not exist. */
  void one(String namespace, String name);

  /** The Claw that an object's label names; nothing happens when it names none. */
  default void ownerOf(HasMetadata object) {
    Labels.instance(object).ifPresent(name -> one(object.getMetadata().getNamespace(), name));
  }

  /** All Claws of one namespace. */
  void namespace(String namespace);

  /** All Claws. */
  void all();
}
