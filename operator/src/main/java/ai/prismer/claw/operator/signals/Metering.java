package ai.prismer.claw.operator.signals;

import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.gate.rule.SignalSettings;
import ai.prismer.claw.operator.polling.Rounds;
import ai.prismer.claw.operator.reconcile.Trigger;
import ai.prismer.claw.operator.signals.Meter.Measured;
import ai.prismer.claw.operator.signals.SampleSource.Unavailable;
import io.fabric8.kubernetes.api.model.Pod;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the loads of all agents, once per interval for the whole cluster, and asks for a
 * reconciliation only of those for which it makes a difference.
 *
 * <p>The first source that answers is the one that counts. That none does is one state: a line in
 * the log when it begins and when it ends, and a number; agents are healed by their other signals
 * meanwhile, and what goes on goes on.
 */
public final class Metering implements Supplier<Loads>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Metering.class);

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String NONE = "none";

  private final List<SampleSource> sources;
  private final Supplier<Stream<Pod>> pods;
  private final Supplier<RuleBook> book;
  private final Trigger trigger;
  private final Clock clock;
  private final Gauge source;
  private final Counter failures;
  private final Rounds rounds;
  private Meter meter = Meter.NEW;
  private String speaking = "";
  private volatile Loads loads = Loads.UNKNOWN;

  /**
   * Begins with {@link #start}.
   *
   * @param sources where measurements come from, the best one first
   * @param pods all pods that carry this operator's label
   * @param book when a load is a signal
   * @param acting whether this operator acts; one that only waits does not measure
   * @param trigger asks for a reconciliation
   * @param clock the time
   * @param registry where numbers are registered
   */
  Metering(
      List<SampleSource> sources,
      Supplier<Stream<Pod>> pods,
      Supplier<RuleBook> book,
      BooleanSupplier acting,
      Trigger trigger,
      Clock clock,
      PrometheusRegistry registry) {
    this.sources = List.copyOf(sources);
    this.pods = pods;
    this.book = book;
    this.trigger = trigger;
    this.clock = clock;
    this.source =
        Gauge.builder()
            .name("k8s4claw_load_source")
            .help("1 for the source that loads of agents are measured by now; none: by nothing.")
            .labelNames("source")
            .register(registry);
    this.failures =
        Counter.builder()
            .name("k8s4claw_load_failures_total")
            .help("Polls that a source of measurements did not answer.")
            .labelNames("source")
            .register(registry);
    this.rounds = new Rounds("loads", () -> lasting(book.get().signals()), acting, this::poll);
  }

  /** Starts to measure; returns at once. */
  public void start() {
    rounds.start();
  }

  @Override
  public Loads get() {
    return loads;
  }

  @Override
  public void close() {
    rounds.close();
    for (SampleSource one : sources) {
      if (one instanceof AutoCloseable open) {
        try {
          open.close();
        } catch (Exception failed) {
          LOG.debug("{} was not closed", one.name(), failed);
        }
      }
    }
  }

  /** The shorter of the times that a load must last to be a signal. */
  static Duration lasting(SignalSettings settings) {
    Duration memory = settings.highMemory().lasting();
    Duration cpu = settings.highCpu().lasting();
    return memory.compareTo(cpu) < 0 ? memory : cpu;
  }

  /** Measures once. */
  void poll() {
    Map<String, Pod> byName = new HashMap<>();
    pods.get().forEach(pod -> byName.put(name(pod), pod));
    if (byName.isEmpty()) {
      return;
    }
    List<Measured> measured =
        samples().stream().flatMap(sample -> measured(byName, sample)).toList();
    meter = meter.next(measured, book.get().signals(), clock.instant(), PATIENCE);
    Loads before = loads;
    loads = meter.loads();
    byName.values().stream()
        .filter(pod -> !Objects.equals(before.of(uid(pod)), loads.of(uid(pod))))
        .forEach(trigger::ownerOf);
  }

  private static Stream<Measured> measured(Map<String, Pod> byName, Sample sample) {
    Pod pod = byName.get(sample.namespace() + "/" + sample.pod());
    return pod == null ? Stream.empty() : Stream.of(new Measured(pod, sample));
  }

  private List<Sample> samples() {
    StringBuilder reasons = new StringBuilder();
    for (SampleSource one : sources) {
      try {
        List<Sample> samples = one.read();
        speaks(one.name(), reasons.toString());
        return samples;
      } catch (Unavailable why) {
        failures.labelValues(one.name()).inc();
        reasons.append(reasons.isEmpty() ? "" : "; ").append(why.getMessage());
      }
    }
    speaks(NONE, reasons.isEmpty() ? "no source is configured" : reasons.toString());
    return List.of();
  }

  private void speaks(String name, String reasons) {
    if (name.equals(speaking)) {
      return;
    }
    if (!speaking.isEmpty()) {
      source.remove(speaking);
    }
    source.labelValues(name).set(1);
    speaking = name;
    if (name.equals(NONE)) {
      LOG.warn(
          "loads of agents are not measured, HighMemory and HighCPU are not seen: {}", reasons);
    } else {
      LOG.info("loads of agents are measured by {}", name);
    }
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
  }

  private static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }
}
