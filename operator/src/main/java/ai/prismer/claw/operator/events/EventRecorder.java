package ai.prismer.claw.operator.events;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Records Events. Never fails: an Event that cannot be written is a line in the log. */
@FunctionalInterface
public interface EventRecorder {

  /**
   * Records that something happened to an object. The same reason and message for the same object
   * count up one Event instead of making a new one.
   *
   * @param about the object, usually a Claw
   * @param reason why
   * @param message one sentence for a person, at most 1024 characters; no secrets, no untrusted
   *     text unless quoted
   */
  void record(HasMetadata about, EventReason reason, String message);
}
