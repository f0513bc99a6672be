package ai.prismer.claw.operator.bus;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.operator.polling.Rounds;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks the buses of all agents how their channels are, once per interval, and asks for a
 * reconciliation only of those for which the answer is another one.
 *
 * <p>A bus that cannot be reached is not known, which is neither good nor bad: an operator outside
 * the cluster's network heals agents by everything else.
 */
public final class BusWatch implements Supplier<ChannelReports>, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final BusPages pages;
  private final Supplier<Stream<Pod>> pods;
  private final Consumer<Pod> changed;
  private final Clock clock;
  private final Gauge known;
  private final Counter failures;
  private final Rounds rounds;
  private Lookout lookout = Lookout.NEW;
  private volatile ChannelReports reports = ChannelReports.UNKNOWN;

  /**
   * Asks pods at their addresses; begins with {@link #start}.
   *
   * @param pods all pods that carry this operator's label
   * @param lasting how long a channel must be away before that is a signal
   * @param acting whether this operator acts; one that only waits asks nobody
   * @param changed told of a pod whose bus says something else than before
   * @param clock the time
   * @param registry where numbers are registered
   */
  public BusWatch(
      Supplier<Stream<Pod>> pods,
      Supplier<Duration> lasting,
      BooleanSupplier acting,
      Consumer<Pod> changed,
      Clock clock,
      PrometheusRegistry registry) {
    this(BusAddress::of, pods, lasting, acting, changed, clock, registry);
  }

  BusWatch(
      Function<Pod, Optional<URI>> addresses,
      Supplier<Stream<Pod>> pods,
      Supplier<Duration> lasting,
      BooleanSupplier acting,
      Consumer<Pod> changed,
      Clock clock,
      PrometheusRegistry registry) {
    this.pages = new BusPages(addresses);
    this.pods = pods;
    this.changed = changed;
    this.clock = clock;
    this.known =
        Gauge.builder()
            .name("k8s4claw_buses_known")
            .help("Buses of agents that answered when they were asked last.")
            .register(registry);
    this.failures =
        Counter.builder()
            .name("k8s4claw_bus_failures_total")
            .help("Times that a bus was asked and gave no answer of use.")
            .register(registry);
    this.rounds = new Rounds("buses", lasting, acting, this::poll);
  }

  /** Starts to ask; returns at once. */
  public void start() {
    rounds.start();
  }

  @Override
  public ChannelReports get() {
    return reports;
  }

  @Override
  public void close() {
    rounds.close();
    pages.close();
  }

  /** Asks once. */
  void poll() throws InterruptedException {
    List<BusPages.Asked> asked =
        pods.get()
            .map(pod -> new BusPages.Asked(pod, channels(pod)))
            .filter(one -> !one.channels().isEmpty())
            .toList();
    BusPages.Round round = pages.read(asked);
    known.set(round.pages().size());
    failures.inc(round.failures());
    lookout = lookout.next(round.pages(), clock.instant(), PATIENCE);
    ChannelReports before = reports;
    reports = lookout.reports();
    asked.stream()
        .map(BusPages.Asked::pod)
        .filter(pod -> !before.of(uid(pod)).equals(reports.of(uid(pod))))
        .forEach(changed);
  }

  private static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }

  /** The channels whose sidecars a pod has; a bus speaks for no others. */
  private static Set<String> channels(Pod pod) {
    return Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .map(Container::getName)
        .filter(name -> name.startsWith(Keys.CHANNEL_CONTAINER_PREFIX))
        .map(name -> name.substring(Keys.CHANNEL_CONTAINER_PREFIX.length()))
        .collect(Collectors.toSet());
  }
}
