package ai.prismer.claw.gate.rule;

import java.time.Instant;
import java.util.Objects;

/**
 * One thing that went wrong once.
 *
 * <p>Edges, not samples: a container that was killed shows the same terminated state at every look,
 * before and after a restart of the operator. The {@code key} says which occurrence this is, and
 * two signals with the same type, container and key are one.
 *
 * @param type what went wrong
 * @param container name of the container it happened to
 * @param key the occurrence; for an OOM kill the container ID and the time it finished
 * @param at when it happened, in the time of whoever observes
 */
public record Signal(SignalType type, String container, String key, Instant at) {
  /** No part is absent. */
  public Signal {
    Objects.requireNonNull(type);
    Objects.requireNonNull(container);
    Objects.requireNonNull(key);
    Objects.requireNonNull(at);
  }

  /**
   * A container that ended: one container ID dies once at one time.
   *
   * @param type what its end means
   * @param container name of the container
   * @param containerId its ID
   * @param finishedAt when it died, by the clock of its node
   * @param seenAt when that was seen first, by the clock that also dates actions. The earlier of
   *     the two counts: a node whose clock is fast would otherwise date a kill after the action
   *     that answered it, and the same kill would ask for the next one.
   */
  public static Signal ended(
      SignalType type, String container, String containerId, Instant finishedAt, Instant seenAt) {
    return new Signal(
        type,
        container,
        containerId + "@" + finishedAt,
        finishedAt.isBefore(seenAt) ? finishedAt : seenAt);
  }
}
