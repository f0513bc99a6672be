package ai.prismer.claw.operator.signals;

import ai.prismer.claw.gate.rule.SignalType;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How containers stand to their limits, as measured.
 *
 * @param byPod loads of the containers of a pod, by the UID of the pod; what is absent is not known
 */
public record Loads(Map<String, List<Load>> byPod) {
  static final Comparator<Load> IN_ORDER =
      Comparator.comparing(Load::type).thenComparing(Load::container);

  /** Nothing is known. */
  public static final Loads UNKNOWN = new Loads(Map.of());

  /** Copies the map. */
  public Loads {
    byPod = Map.copyOf(byPod);
  }

  /**
   * One container and one of its limits.
   *
   * @param type {@code HighMemory} or {@code HighCPU}
   * @param container name of the container
   * @param limit the limit it was measured against; bytes or millicores
   * @param aboveSince since when it has been above the threshold at every measurement; null while
   *     it is not
   */
  public record Load(SignalType type, String container, long limit, @Nullable Instant aboveSince) {}

  List<Load> of(String podUid) {
    return byPod.getOrDefault(podUid, List.of());
  }

  boolean knows(SignalType type, Place place) {
    return of(place.podUid()).stream()
        .anyMatch(load -> load.type() == type && load.container().equals(place.container()));
  }
}
