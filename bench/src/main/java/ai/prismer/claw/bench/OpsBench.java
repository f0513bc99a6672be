package ai.prismer.claw.bench;

import static ai.prismer.claw.bench.Fleet.await;
import static ai.prismer.claw.bench.Fleet.awaitListed;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * How soon agents are healed when many fail, and that none is forgotten; {@code make bench-ops}.
 *
 * <p>1,000 Claws in 100 namespaces on a real API server, the operator in a process of its own.
 * First five incidents a second, round-robin, each closed by its verification; then a storm of 500
 * in ten seconds. An incident is the second OOM kill of a pod, so the rule asks: measured is the
 * time from the kubelet's word to the action that the status calls carried out.
 */
public final class OpsBench {
  private static final int NAMESPACES = 100;
  private static final int CLAWS = 1000;
  private static final int STEADY = 300;
  private static final int STORM = 500;
  private static final int SLOW = 120;
  private static final int CALM = SLOW + STEADY;
  private static final int ALL = CALM + STORM;

  /** First kills at a time: of ten agents in a namespace two, which is no outbreak. */
  private static final int AT_ONCE = 2 * NAMESPACES;

  private static final long SLOW_GAP_MILLIS = 500;
  private static final long STEADY_GAP_MILLIS = 200;
  private static final long STORM_GAP_MILLIS = 20;
  private static final int BACK_OFF_SECONDS = 10;

  /** The brake's five calm minutes, the heals and their windows. */
  private static final Duration STORM_PATIENCE = Duration.ofMinutes(15);

  /** Requests that the bench itself has under way; kills must not wait for each other. */
  private static final int HANDS = 8;

  private final Figures figures = new Figures();

  private OpsBench() {}

  /** Runs everything; the argument is the root of the repository. */
  public static void main(String[] arguments) throws Exception {
    System.exit(new OpsBench().run(Path.of(arguments[0]).toAbsolutePath()) ? 0 : 1);
  }

  private boolean run(Path root) throws Exception {
    Path folder = Files.createTempDirectory("bench-ops");
    GateFigures.measure(figures);
    try (Bed bed = Bed.start(root);
        KubernetesClient admin = bed.admin();
        ExecutorService hands = Executors.newFixedThreadPool(HANDS)) {
      Fleet fleet = new Fleet(admin);
      int port = Bed.freePort();
      Process operator = bed.startOperator(port, folder);
      try (Kubelet kubelet = new Kubelet(admin, fleet, hands);
          Incidents incidents = new Incidents(admin)) {
        Gauge gauge = new Gauge(operator, port);
        await("the operator's caches", gauge::ready);
        converge(fleet, kubelet);
        firstKills(fleet, kubelet, hands);
        slow(fleet, kubelet, incidents, hands);
        steady(fleet, kubelet, incidents, hands);
        storm(fleet, kubelet, incidents, hands, gauge);
      } finally {
        Bed.stop(operator);
      }
    }
    return figures.print();
  }

  private static void converge(Fleet fleet, Kubelet kubelet) throws Exception {
    long start = System.nanoTime();
    for (int number = 0; number < NAMESPACES; number++) {
      fleet.namespace(namespace(number));
      fleet.create(namespace(number), 0, CLAWS / NAMESPACES);
    }
    awaitListed("1,000 Claws", () -> fleet.converged() == CLAWS);
    await("their pods", () -> kubelet.ready() == CLAWS);
    System.out.printf("%d Claws run after %.0f s%n", CLAWS, (System.nanoTime() - start) / 1e9);
  }

  /**
   * The first kill of every pod that is to fail: a signal, but no incident yet. Few at a time, each
   * of which runs again before the next ones are killed: too many at once are an outbreak, in which
   * healing rightly stops.
   */
  private static void firstKills(Fleet fleet, Kubelet kubelet, ExecutorService hands)
      throws Exception {
    for (int from = 0; from < ALL; from += AT_ONCE) {
      int to = Math.min(ALL, from + AT_ONCE);
      each(from, to, hands, key -> fleet.kill(kubelet.pod(key), 1));
      awaitListed("the first signals", () -> fleet.signals() == to);
      each(from, to, hands, key -> fleet.recovered(kubelet.pod(key), 1));
      awaitListed("their end", () -> fleet.openSignals() == 0);
    }
  }

  private static void each(int from, int to, ExecutorService hands, Consumer<String> act)
      throws Exception {
    List<Future<?>> acts = new ArrayList<>();
    for (int number = from; number < to; number++) {
      String key = key(number);
      acts.add(hands.submit(() -> act.accept(key)));
    }
    for (Future<?> done : acts) {
      done.get();
    }
  }

  /** A rate that leaves this machine room: the API server beside it works as well. */
  private void slow(Fleet fleet, Kubelet kubelet, Incidents incidents, ExecutorService hands)
      throws Exception {
    double[] millis = series(fleet, kubelet, incidents, hands, 0, SLOW, SLOW_GAP_MILLIS);
    figures.known("2 incidents a second, until applied, p50", at(millis, 0.50), "ms");
    figures.known("2 incidents a second, until applied, p99", at(millis, 0.99), "ms");
  }

  private void steady(Fleet fleet, Kubelet kubelet, Incidents incidents, ExecutorService hands)
      throws Exception {
    double[] millis =
        series(fleet, kubelet, incidents, hands, SLOW, SLOW + STEADY, STEADY_GAP_MILLIS);
    figures.atMost(150, "5 incidents a second, until applied, p50", at(millis, 0.50), "ms");
    figures.atMost(500, "5 incidents a second, until applied, p99", at(millis, 0.99), "ms");
  }

  /** Second kills, each closed by its verification; how long each took. */
  private static double[] series(
      Fleet fleet,
      Kubelet kubelet,
      Incidents incidents,
      ExecutorService hands,
      int from,
      int to,
      long gapMillis)
      throws Exception {
    incidents.forgetTimes();
    secondKills(fleet, kubelet, incidents, hands, from, to, gapMillis);
    await("the last of them applied", () -> incidents.applied() == to);
    double[] millis = incidents.millis();
    await("their verification", () -> incidents.healthy() == to);
    return millis;
  }

  private void storm(
      Fleet fleet, Kubelet kubelet, Incidents incidents, ExecutorService hands, Gauge gauge)
      throws Exception {
    incidents.forgetTimes();
    long start = System.nanoTime();
    secondKills(fleet, kubelet, incidents, hands, CALM, ALL, STORM_GAP_MILLIS);
    await("the kubelet's pause before it starts them again", Fleet.after(BACK_OFF_SECONDS));
    // Half of the cluster has failed within seconds: the brake holds, and what was not replaced by
    // then runs again as it was. It lifts after five calm minutes, and then all are healed.
    each(CALM, ALL, hands, key -> restarted(fleet, kubelet, key));
    System.out.printf(
        "%d of %d were healed before the brake held%n", incidents.applied() - CALM, STORM);
    long[] most = {0};
    Callable<Boolean> over =
        () -> {
          most[0] = Math.max(most[0], gauge.residentMebibytes());
          return incidents.healthy() == ALL;
        };
    await("the end of the storm", STORM_PATIENCE, over);
    System.out.printf(
        "a storm of %d is over after %.0f s%n", STORM, (System.nanoTime() - start) / 1e9);
    figures.atMost(0, "storm of 500 in 10 s, lost", ALL - incidents.healthy(), "");
    figures.atMost(400, "storm, resident memory at most", (double) most[0], "MiB");
  }

  /** The kubelet starts the runtime again, unless the pod has another place by now. */
  private static void restarted(Fleet fleet, Kubelet kubelet, String key) {
    if (kubelet.podsEver(key) == 1) {
      try {
        fleet.recovered(kubelet.pod(key), 2);
      } catch (KubernetesClientException gone) {
        System.err.println("not started again: " + gone.getMessage());
      }
    }
  }

  private static void secondKills(
      Fleet fleet,
      Kubelet kubelet,
      Incidents incidents,
      ExecutorService hands,
      int from,
      int to,
      long gapMillis)
      throws Exception {
    long next = System.nanoTime();
    for (int number = from; number < to; number++) {
      String key = key(number);
      Pod pod = kubelet.pod(key);
      hands.execute(() -> {
        incidents.told(key);
        fleet.kill(pod, 2);
      });
      next += gapMillis * 1_000_000;
      Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
    }
  }

  /** Round-robin: neighbours in number lie in different namespaces. */
  private static String key(int number) {
    return namespace(number % NAMESPACES) + "/" + Fleet.name(number / NAMESPACES);
  }

  private static String namespace(int number) {
    return "team-" + number;
  }

  private static double at(double[] millis, double share) {
    double[] sorted = Objects.requireNonNull(millis).clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  }
}
