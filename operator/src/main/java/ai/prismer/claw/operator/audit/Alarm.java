package ai.prismer.claw.operator.audit;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.operator.events.EventReason;
import ai.prismer.claw.operator.events.EventRecorder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;

/** Tells people what they should look at. */
@FunctionalInterface
public interface Alarm {

  /**
   * Tells them.
   *
   * @param reason why
   * @param message one sentence, the same for the same thing
   */
  void raise(EventReason reason, String message);

  /** An alarm by Events on the head of the log. */
  static Alarm byEvents(EventRecorder events, String namespace) {
    ConfigMap head =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(Keys.LOG_CONFIG_MAP)
            .endMetadata()
            .build();
    return (reason, message) -> events.record(head, reason, message);
  }
}
