package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.status.ClawStatus;
import ai.prismer.claw.gate.decision.Outbreak;
import ai.prismer.claw.operator.events.EventReason;
import ai.prismer.claw.operator.events.EventRecorder;
import ai.prismer.claw.operator.reconcile.ClawIndex;
import ai.prismer.claw.operator.signals.Ledger;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that many agents fail at once, in one namespace or in the whole cluster.
 *
 * <p>An agent is abnormal when it was ready within the last {@link #LATELY} and has a signal that
 * is not over: one that never ran is somebody's mistake, not an outbreak. An outbreak begins above
 * 30 % of at least {@link #LEAST} agents, and is over after {@link #CALM} below 20 %, so that it
 * does not come and go with every heal. In the figure of the cluster one namespace counts for at
 * most a third of the 30 %: it takes more than three namespaces to stop healing everywhere, so that
 * no tenant can switch others off.
 *
 * <p>Which agents are abnormal stands in the statuses of Claws, so a restart forgets none; it does
 * forget that an outbreak between 20 % and 30 % was going on, and since when it has been calm. A
 * rule that is held up looks again every {@link Course#OUTBREAK}; where nobody has looked for
 * {@link #CALM}, nobody was held up, and the calm has lasted. Thread-safe.
 */
final class Outbreaks {
  private static final Logger LOG = LoggerFactory.getLogger(Outbreaks.class);

  static final int LEAST = 5;
  static final Duration LATELY = Duration.ofHours(24);
  static final Duration CALM = Duration.ofMinutes(5);

  /** How old a count may be where nothing is decided on it. */
  static final Duration FRESH = Duration.ofSeconds(1);

  /** In thousandths. */
  private static final int BEGINS_ABOVE = 300;

  private static final int ENDS_BELOW = 200;
  private static final int TENANT_SHARE = BEGINS_ABOVE / 3;

  /** No namespace has this name. */
  static final String CLUSTER = "";

  private final ClawIndex claws;
  private final Clock clock;
  private final EventRecorder events;
  private final String operatorNamespace;
  private final Set<String> announced = new HashSet<>();
  private Map<String, State> states = Map.of();
  private Instant counted = Instant.MIN;

  /**
   * Counts the Claws of this index.
   *
   * @param events where people read that an outbreak has begun
   * @param operatorNamespace where they read it of the cluster
   */
  Outbreaks(ClawIndex claws, Clock clock, EventRecorder events, String operatorNamespace) {
    this.claws = claws;
    this.clock = clock;
    this.events = events;
    this.operatorNamespace = operatorNamespace;
  }

  /** The outbreak that a namespace is part of, its own first; counted within {@link #FRESH}. */
  synchronized Optional<Outbreak> in(String namespace) {
    look();
    return found(namespace);
  }

  /** The same, counted at this moment. */
  synchronized Optional<Outbreak> now(String namespace) {
    count(clock.instant());
    return found(namespace);
  }

  /** How many namespaces have an outbreak of their own. */
  synchronized int inNamespaces() {
    look();
    return (int) states.values().stream().filter(State::stopped).count() - inCluster();
  }

  /** 1 while there is one of the cluster, else 0. */
  synchronized int inCluster() {
    look();
    State all = states.get(CLUSTER);
    return all != null && all.stopped() ? 1 : 0;
  }

  private Optional<Outbreak> found(String namespace) {
    announce();
    State own = states.get(namespace);
    State all = states.get(CLUSTER);
    if (own != null && own.stopped()) {
      return Optional.of(outbreak(namespace, own));
    }
    return all != null && all.stopped() ? Optional.of(outbreak(CLUSTER, all)) : Optional.empty();
  }

  private static Outbreak outbreak(String where, State state) {
    return new Outbreak(
        where.equals(CLUSTER) ? "the cluster" : "namespace " + where,
        state.count().abnormal(),
        state.count().of());
  }

  private void look() {
    Instant now = clock.instant();
    if (counted.isBefore(now.minus(FRESH)) || counted.isAfter(now)) {
      count(now);
    }
  }

  private void count(Instant now) {
    boolean unseen = counted.isBefore(now.minus(CALM));
    states = next(states, count(claws.all(), now), now, unseen);
    counted = now;
  }

  /** Once for each outbreak, by whoever heals: an operator that only waits is not heard. */
  private void announce() {
    states.forEach((where, state) -> {
      if (state.stopped() && announced.add(where)) {
        String message =
            outbreak(where, state)
                + "; nothing is done there automatically until fewer than 20 % have failed for 5"
                + " minutes";
        LOG.warn("{}", message);
        events.record(place(where), EventReason.OpsOutbreak, message);
      }
    });
    announced.removeIf(where -> {
      State state = states.get(where);
      boolean over = state == null || !state.stopped();
      if (over) {
        LOG.info("the outbreak in {} is over", where.equals(CLUSTER) ? "the cluster" : where);
      }
      return over;
    });
  }

  /** An Event lies in the namespace it is about, where its owner may read it. */
  private Namespace place(String where) {
    String name = where.equals(CLUSTER) ? operatorNamespace : where;
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(name)
        .endMetadata()
        .build();
  }

  /**
   * How many agents of a place fail.
   *
   * @param abnormal those that do
   * @param of all there are
   * @param thousandths their share, as it counts
   */
  record Count(int abnormal, int of, int thousandths) {}

  /**
   * Where one place stands.
   *
   * @param stopped whether there is an outbreak
   * @param calmSince since when it has been below the lower bound; null while it is not
   */
  record State(Count count, boolean stopped, @Nullable Instant calmSince) {}

  /**
   * The figures of every namespace, and under the empty name those of the cluster. Who is suspended
   * cannot fail and does not count: otherwise whoever makes enough of them would hide an outbreak.
   * Pure.
   */
  static Map<String, Count> count(Collection<Claw> all, Instant now) {
    List<Claw> claws = all.stream().filter(Outbreaks::isMeantToRun).toList();
    Map<String, int[]> figures = new HashMap<>();
    for (Claw claw : claws) {
      int[] figure = figures.computeIfAbsent(claw.getMetadata().getNamespace(), name -> new int[2]);
      figure[0] += isAbnormal(claw, now) ? 1 : 0;
      figure[1]++;
    }
    Map<String, Count> counts = new HashMap<>();
    int abnormal = 0;
    int share = 0;
    for (var figure : figures.entrySet()) {
      int failing = figure.getValue()[0];
      counts.put(
          figure.getKey(),
          new Count(failing, figure.getValue()[1], thousandths(failing, figure.getValue()[1])));
      abnormal += failing;
      share += Math.min(TENANT_SHARE, thousandths(failing, claws.size()));
    }
    counts.put(CLUSTER, new Count(abnormal, claws.size(), share));
    return counts;
  }

  private static int thousandths(int part, int whole) {
    // Rounded up: what is a little above a bound is above it.
    return whole == 0 ? 0 : Math.ceilDiv(1000 * part, whole);
  }

  /**
   * The states that follow from these figures. Pure.
   *
   * @param unseen whether nobody has looked for {@link #CALM}
   */
  static Map<String, State> next(
      Map<String, State> before, Map<String, Count> counts, Instant now, boolean unseen) {
    Map<String, State> next = new HashMap<>();
    counts.forEach((where, count) -> next.put(where, next(before.get(where), count, now, unseen)));
    return next;
  }

  private static State next(@Nullable State before, Count count, Instant now, boolean unseen) {
    if (before == null || !before.stopped()) {
      boolean begins = count.of() >= LEAST && count.thousandths() > BEGINS_ABOVE;
      return new State(count, begins, null);
    }
    if (count.thousandths() >= ENDS_BELOW) {
      return new State(count, true, null);
    }
    Instant since = before.calmSince() == null ? now : before.calmSince();
    boolean over = unseen || !now.isBefore(since.plus(CALM));
    return new State(count, !over, over ? null : since);
  }

  private static boolean isMeantToRun(Claw claw) {
    return claw.getSpec() == null || !Defaulting.suspended(claw.getSpec());
  }

  private static boolean isAbnormal(Claw claw, Instant now) {
    return Ledger.isAbnormal(claw) && wasReady(claw.getStatus(), now);
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
