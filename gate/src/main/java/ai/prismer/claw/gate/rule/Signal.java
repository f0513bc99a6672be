package ai.prismer.claw.gate.rule;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that went wrong once, or that has been wrong for too long.
 *
 * <p>Edges, not samples: a container that was killed shows the same terminated state at every look,
 * before and after a restart of the operator. The {@code key} says which occurrence this is, and
 * two signals with the same type, place and key are one.
 *
 * @param type what went wrong
 * @param pod name of the pod it happened in
 * @param podUid UID of that pod: its successor of the same name is another one
 * @param container name of the container it happened to; null where the pod as a whole is meant
 * @param key the occurrence; for an OOM kill the container ID and the time it finished
 * @param at when it happened, or when it had lasted too long, in the time of whoever observes
 * @param course whether it happened, goes on, or is over
 */
public record Signal(
    SignalType type,
    String pod,
    String podUid,
    @Nullable String container,
    String key,
    Instant at,
    Course course) {
  /** Only the container may be absent. */
  public Signal {
    Objects.requireNonNull(type);
    Objects.requireNonNull(pod);
    Objects.requireNonNull(podUid);
    Objects.requireNonNull(key);
    Objects.requireNonNull(at);
    Objects.requireNonNull(course);
  }

  /** How a signal stands to time. */
  public enum Course {
    /** It happened at one moment, like a kill; that stays true. */
    HAPPENED,
    /** It has lasted too long and goes on; it counts however long ago it began. */
    LASTS,
    /** It lasted too long, and is over; alone it is no reason to do anything any more. */
    ENDED
  }
}
