package ai.prismer.claw.operator.bus;

import ai.prismer.claw.api.Keys;
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
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the buses of all agents how their channels are, once per interval, and asks for a
 * reconciliation only of those for which the answer is another one.
 *
 * <p>A bus that cannot be reached is not known, which is neither good nor bad: an operator outside
 * the cluster's network heals agents by everything else.
 */
public final class BusWatch implements Supplier<ChannelReports>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BusWatch.class);

  /** How often, at the most and at the least. */
  static final Duration SHORTEST = Duration.ofSeconds(2);

  static final Duration LONGEST = Duration.ofSeconds(30);

  /** Looks in the time that a channel must be away. */
  private static final int LOOKS = 5;

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final BusPages pages;
  private final Supplier<Stream<Pod>> pods;
  private final Supplier<Duration> lasting;
  private final BooleanSupplier acting;
  private final BiConsumer<String, String> trigger;
  private final Clock clock;
  private final Gauge known;
  private final Counter failures;
  private final Thread thread;
  private Lookout lookout = Lookout.NEW;
  private volatile ChannelReports reports = ChannelReports.UNKNOWN;
  private volatile boolean closed;

  /**
   * Asks pods at their addresses; begins with {@link #start}.
   *
   * @param pods all pods that carry this operator's label
   * @param lasting how long a channel must be away before that is a signal
   * @param acting whether this operator acts; one that only waits asks nobody
   * @param trigger asks for a reconciliation: namespace and name of a Claw
   * @param clock the time
   * @param registry where numbers are registered
   */
  public BusWatch(
      Supplier<Stream<Pod>> pods,
      Supplier<Duration> lasting,
      BooleanSupplier acting,
      BiConsumer<String, String> trigger,
      Clock clock,
      PrometheusRegistry registry) {
    this(BusAddress::of, pods, lasting, acting, trigger, clock, registry);
  }

  BusWatch(
      Function<Pod, Optional<URI>> addresses,
      Supplier<Stream<Pod>> pods,
      Supplier<Duration> lasting,
      BooleanSupplier acting,
      BiConsumer<String, String> trigger,
      Clock clock,
      PrometheusRegistry registry) {
    this.pages = new BusPages(addresses);
    this.pods = pods;
    this.lasting = lasting;
    this.acting = acting;
    this.trigger = trigger;
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
    this.thread = Thread.ofVirtual().name("buses").unstarted(this::run);
  }

  /** Starts to ask; returns at once. */
  public void start() {
    thread.start();
  }

  @Override
  public ChannelReports get() {
    return reports;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    pages.close();
  }

  private void run() {
    while (!closed) {
      try {
        Thread.sleep(interval(lasting.get()));
        if (acting.getAsBoolean()) {
          poll();
        }
      } catch (InterruptedException told) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException broken) {
        // A defect here must not stop the looking at all agents for ever.
        if (!closed) {
          LOG.error("a round broke off", broken);
        }
      }
    }
  }

  /** Often enough that a channel which is away is found so a few times meanwhile. */
  static Duration interval(Duration lasting) {
    Duration wish = lasting.dividedBy(LOOKS);
    if (wish.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return wish.compareTo(LONGEST) > 0 ? LONGEST : wish;
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
        .forEach(this::ask);
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

  /** A label says where to look; whether the pod is the Claw's own is found out there. */
  private void ask(Pod pod) {
    Optional.ofNullable(pod.getMetadata().getLabels())
        .map(labels -> labels.get(Keys.LABEL_INSTANCE))
        .ifPresent(claw -> trigger.accept(pod.getMetadata().getNamespace(), claw));
  }
}
