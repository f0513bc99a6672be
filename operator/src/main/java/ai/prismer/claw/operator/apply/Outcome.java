package ai.prismer.claw.operator.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * How an attempt to bring a child to its desired state ended.
 *
 * @param <T> kind of the child
 */
public sealed interface Outcome<T extends HasMetadata> {

  /**
   * The child is as desired.
   *
   * @param child the child as the server has it
   */
  record InStep<T extends HasMetadata>(T child) implements Outcome<T> {}

  /**
   * Somebody else owns a field with another value; it was not forced.
   *
   * @param message field, manager and what a person can do
   */
  record Conflict<T extends HasMetadata>(String message) implements Outcome<T> {}

  /**
   * An object of this name exists and is not the Claw's; it was not touched.
   *
   * @param message which object, whose it is and what a person can do
   */
  record Foreign<T extends HasMetadata>(String message) implements Outcome<T> {}
}
