package ai.prismer.claw.bench;

import static ai.prismer.claw.bench.Fleet.after;
import static ai.prismer.claw.bench.Fleet.await;

import ai.prismer.claw.api.Claw;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the operator costs an API server and how soon it acts; {@code make bench-operator}. Prints a
 * table with the target of each figure, then one JSON line. Exit code 1 when a target is missed.
 */
public final class OperatorBench {
  private static final int CLAWS = 300;
  private static final int WORKERS = 8;
  private static final int HEALS = 20;
  private static final int REST_SECONDS = 60;
  private static final int SETTLED_SECONDS = 3;
  private static final String HERE = "operator";

  private final Figures figures = new Figures();

  /** What the operator took for all Claws, their creation included; the yardstick needs it. */
  private double seconds;

  private OperatorBench() {}

  /** Runs everything; the argument is the root of the repository. */
  public static void main(String[] arguments) throws Exception {
    System.exit(new OperatorBench().run(Path.of(arguments[0]).toAbsolutePath()) ? 0 : 1);
  }

  private boolean run(Path root) throws Exception {
    Path folder = Files.createTempDirectory("bench-operator");
    try (Bed bed = Bed.start(root);
        KubernetesClient admin = bed.admin();
        KubernetesClient as = bed.operator()) {
      Fleet fleet = new Fleet(admin);
      int port = Bed.freePort();
      Process first = bed.startOperator(port, folder);
      List<HasMetadata> children;
      try {
        children = converge(fleet, as, new Gauge(first, port));
      } finally {
        Bed.stop(first);
      }
      yardstick(fleet, admin, as, children);
      Process second = bed.startOperator(port, folder);
      try {
        restart(new Gauge(second, port));
        heal(fleet);
      } finally {
        Bed.stop(second);
      }
    }
    figures.atMost(
        128, "idle gateway, resident memory", (double) IdleGateway.residentMebibytes(root), "MiB");
    return figures.print();
  }

  private List<HasMetadata> converge(Fleet fleet, KubernetesClient as, Gauge gauge)
      throws Exception {
    long started = System.nanoTime();
    await("the operator's caches", gauge::ready);
    figures.atMost(5, "operator ready after its start", (System.nanoTime() - started) / 1e9, "s");
    fleet.namespace(HERE);
    // One first, so that class loading is not in the figure, and to see what a Claw consists of.
    fleet.create(HERE, 0, 1);
    await("the first Claw", () -> fleet.converged(HERE) == 1);
    List<HasMetadata> children = children(as);
    long before = gauge.writes();
    long start = System.nanoTime();
    fleet.create(HERE, 1, CLAWS);
    await("convergence", () -> fleet.converged(HERE) == CLAWS + 1);
    seconds = (System.nanoTime() - start) / 1e9;
    double writes = (gauge.writes() - before) / (double) CLAWS;
    figures.atMost(children.size() + 2, "writes per Claw until converged", writes, "");
    Map<String, Long> rested = atRest(gauge);
    await("a minute of rest", after(REST_SECONDS));
    Map<String, Long> more = new TreeMap<>(gauge.writesByKind());
    more.replaceAll((kind, count) -> count - rested.getOrDefault(kind, 0L));
    more.values().removeIf(count -> count == 0);
    if (!more.isEmpty()) {
      System.out.println("at rest were written: " + more);
    }
    double sum = more.values().stream().mapToLong(Long::longValue).sum();
    figures.atMost(0, "writes in a minute at rest", sum, "");
    figures.atMost(
        256, "resident memory with 301 Claws", (double) gauge.residentMebibytes(), "MiB");
    return children;
  }

  /** The controllers' last words on the Claws that came last are still answered; then it rests. */
  private static Map<String, Long> atRest(Gauge gauge) throws Exception {
    Map<String, Long> before;
    Map<String, Long> now = gauge.writesByKind();
    do {
      before = now;
      await("rest", after(SETTLED_SECONDS));
      now = gauge.writesByKind();
    } while (!now.equals(before));
    return now;
  }

  private void yardstick(
      Fleet fleet, KubernetesClient admin, KubernetesClient as, List<HasMetadata> children)
      throws Exception {
    fleet.namespace("bare");
    long start = System.nanoTime();
    fleet.create("bare", 1, CLAWS);
    double creating = (System.nanoTime() - start) / 1e9;
    List<HasMetadata> claws = new ArrayList<>(fleet.claws("bare"));
    double bare = creating + new BareClient(as, WORKERS).send(claws, children);
    remove(fleet, admin, as);
    figures.atMost(1.7, "300 Claws, operator against bare client", seconds / bare, "x");
    System.out.printf("operator %.2f s, bare client %.2f s%n", seconds, bare);
  }

  /** What the yardstick left would be work for the next operator, and count as its writes. */
  private static void remove(Fleet fleet, KubernetesClient admin, KubernetesClient as)
      throws Exception {
    for (Claw claw : fleet.claws("bare")) {
      as.resource(claw)
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    }
    admin.namespaces().withName("bare").delete();
    await("the end of the yardstick", () -> admin.namespaces().withName("bare").get() == null);
  }

  private void restart(Gauge gauge) throws Exception {
    await("the operator's caches", gauge::ready);
    await("the restart to settle", after(15));
    figures.atMost(0, "writes after a restart", (double) gauge.writes(), "");
  }

  private void heal(Fleet fleet) throws Exception {
    double[] millis = new double[HEALS];
    for (int round = 0; round < HEALS; round++) {
      String name = Fleet.name(round + 1);
      Pod old = Objects.requireNonNull(fleet.pod(HERE, name));
      fleet.kill(old, 1);
      await("the first signal", () -> fleet.signals(HERE, name) == 1);
      long killed = System.nanoTime();
      fleet.kill(old, 2);
      await(
          "the new pod",
          () -> {
            Pod now = fleet.pod(HERE, name);
            return now != null && !now.getMetadata().getUid().equals(old.getMetadata().getUid());
          });
      millis[round] = (System.nanoTime() - killed) / 1e6;
    }
    Arrays.sort(millis);
    figures.atMost(300, "second OOM seen until the new pod, p50", millis[HEALS / 2], "ms");
  }

  /** The children of the first Claw, whatever kinds they are. */
  private static List<HasMetadata> children(KubernetesClient client) {
    return Stream.<List<? extends HasMetadata>>of(
            client.apps().statefulSets().inNamespace(HERE).list().getItems(),
            client.services().inNamespace(HERE).list().getItems(),
            client.configMaps().inNamespace(HERE).list().getItems(),
            client.secrets().inNamespace(HERE).list().getItems(),
            client.serviceAccounts().inNamespace(HERE).list().getItems(),
            client.network().v1().networkPolicies().inNamespace(HERE).list().getItems(),
            client.policy().v1().podDisruptionBudget().inNamespace(HERE).list().getItems())
        .flatMap(List::stream)
        .filter(child ->
            child.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getKind().equals("Claw")))
        .map(HasMetadata.class::cast)
        .toList();
  }
}
