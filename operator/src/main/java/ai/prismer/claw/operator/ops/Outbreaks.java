package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.ClawStatus;
import ai.prismer.claw.gate.decision.Outbreak;
import ai.prismer.claw.operator.reconcile.ClawIndex;
import ai.prismer.claw.operator.signals.Ledger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Notices that many agents fail at once, in one namespace or in the whole cluster.
 *
 * <p>An agent is abnormal when it was ready within the last {@link #LATELY} and has a signal that is
 * not over: one that never ran is somebody's mistake, not an outbreak. An outbreak begins above 30 %
 * of at least {@link #LEAST} agents, and is over after {@link #CALM} below 20 %, so that it does not
 * come and go with every heal. In the figure of the cluster one namespace counts for at most a third
 * of the 30 %: it takes more than three namespaces to stop healing everywhere, so that no tenant can
 * switch others off.
 *
 * <p>The figures come from the statuses of Claws, so a restart forgets none of them; it forgets
 * since when it has been calm, and looks anew. Thread-safe. Counted at most once in {@link #FRESH}.
 */
final class Outbreaks {
  static final int LEAST = 5;
  static final Duration LATELY = Duration.ofHours(24);
  static final Duration CALM = Duration.ofMinutes(5);
  static final Duration FRESH = Duration.ofSeconds(1);

  /** In thousandths. */
  private static final int BEGINS_ABOVE = 300;

  private static final int ENDS_BELOW = 200;
  private static final int TENANT_SHARE = BEGINS_ABOVE / 3;
  private static final String CLUSTER = "";

  private final ClawIndex claws;
  private final Clock clock;
  private Map<String, State> states = Map.of();
  private Instant counted = Instant.MIN;

  Outbreaks(ClawIndex claws, Clock clock) {
    this.claws = claws;
    this.clock = clock;
  }

  /** The outbreak that a namespace is part of, its own first. */
  synchronized Optional<Outbreak> in(String namespace) {
    Instant now = clock.instant();
    if (counted.isBefore(now.minus(FRESH)) || counted.isAfter(now)) {
      states = next(states, count(claws.all(), now), now);
      counted = now;
    }
    State own = states.get(namespace);
    State all = states.get(CLUSTER);
    if (own != null && own.stopped()) {
      return Optional.of(own.count().outbreak("namespace " + namespace));
    }
    return all != null && all.stopped()
        ? Optional.of(all.count().outbreak("the cluster"))
        : Optional.empty();
  }

  /** How many outbreaks there are. */
  synchronized int number() {
    return (int) states.values().stream().filter(State::stopped).count();
  }

  /** Agents that fail, of all there are. */
  record Count(int abnormal, int of) {
    Count plus(Count other) {
      return new Count(abnormal + other.abnormal, of + other.of);
    }

    int thousandths() {
      return of == 0 ? 0 : (int) (1000L * abnormal / of);
    }

    Outbreak outbreak(String where) {
      return new Outbreak(where, abnormal, of);
    }
  }

  /**
   * Where one place stands.
   *
   * @param stopped whether there is an outbreak
   * @param calmSince since when it has been below the lower bound; null while it is not
   */
  record State(Count count, boolean stopped, @Nullable Instant calmSince) {}

  /** The figures of every namespace, and under the empty name those of the cluster. Pure. */
  static Map<String, Count> count(Collection<Claw> claws, Instant now) {
    Map<String, Count> counts = new HashMap<>();
    for (Claw claw : claws) {
      counts.merge(
          claw.getMetadata().getNamespace(), new Count(isAbnormal(claw, now) ? 1 : 0, 1), Count::plus);
    }
    int all = claws.size();
    int most = Math.max(1, all * TENANT_SHARE / 1000);
    int abnormal =
        counts.values().stream().mapToInt(each -> Math.min(most, each.abnormal())).sum();
    counts.put(CLUSTER, new Count(abnormal, all));
    return counts;
  }

  /** The states that follow from these figures. Pure. */
  static Map<String, State> next(
      Map<String, State> before, Map<String, Count> counts, Instant now) {
    Map<String, State> next = new HashMap<>();
    counts.forEach((where, count) -> next.put(where, next(before.get(where), count, now)));
    return next;
  }

  private static State next(@Nullable State before, Count count, Instant now) {
    boolean stopped = before != null && before.stopped();
    if (!stopped) {
      boolean begins = count.of() >= LEAST && count.thousandths() > BEGINS_ABOVE;
      return new State(count, begins, null);
    }
    if (count.thousandths() >= ENDS_BELOW) {
      return new State(count, true, null);
    }
    Instant since = before.calmSince() == null ? now : before.calmSince();
    boolean over = !now.isBefore(since.plus(CALM));
    return new State(count, !over, over ? null : since);
  }

  private static boolean isAbnormal(Claw claw, Instant now) {
    return wasReady(claw.getStatus(), now) && Ledger.isAbnormal(claw);
  }

  private static boolean wasReady(@Nullable ClawStatus status, Instant now) {
    if (status == null) {
      return false;
    }
    if (status.runtime() != null && status.runtime().readyUntil() != null) {
      return Instant.parse(status.runtime().readyUntil()).isAfter(now.minus(LATELY));
    }
    return status.conditions() != null
        && status.conditions().stream()
            .anyMatch(each -> each.type().equals("Ready") && each.status().equals("True"));
  }
}
