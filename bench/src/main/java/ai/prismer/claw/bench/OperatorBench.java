package ai.prismer.claw.bench;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
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
  private static final long PATIENCE_SECONDS = 300;

  private final List<Figure> figures = new ArrayList<>();

  /** What the operator took for all Claws, their creation included; the yardstick needs it. */
  private double seconds;

  /** One line of the table. */
  private record Figure(String name, double value, String unit, double target) {
    boolean met() {
      return value <= target;
    }
  }

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
      int port = freePort();
      Process first = bed.startOperator(port, folder);
      List<HasMetadata> children;
      try {
        children = converge(admin, as, new Gauge(first, port));
      } finally {
        stop(first);
      }
      yardstick(admin, as, children);
      Process second = bed.startOperator(port, folder);
      try {
        restart(new Gauge(second, port));
        heal(admin);
      } finally {
        stop(second);
      }
    }
    figure(
        "idle gateway, resident memory", (double) IdleGateway.residentMebibytes(root), "MiB", 128);
    print();
    return figures.stream().allMatch(Figure::met);
  }

  private List<HasMetadata> converge(KubernetesClient admin, KubernetesClient as, Gauge gauge)
      throws Exception {
    long started = System.nanoTime();
    await("the operator's caches", gauge::ready);
    figure("operator ready after its start", (System.nanoTime() - started) / 1e9, "s", 5);
    namespace(admin, "operator");
    // One first, so that class loading is not in the figure, and to see what a Claw consists of.
    create(admin, "operator", 0, 1);
    await("the first Claw", () -> converged(admin, "operator") == 1);
    List<HasMetadata> children = children(as);
    long before = gauge.writes();
    long start = System.nanoTime();
    create(admin, "operator", 1, CLAWS);
    await("convergence", () -> converged(admin, "operator") == CLAWS + 1);
    seconds = (System.nanoTime() - start) / 1e9;
    double writes = (gauge.writes() - before) / (double) CLAWS;
    figure("writes per Claw until converged", writes, "", children.size() + 2);
    long rested = gauge.writes();
    await("a minute of rest", after(REST_SECONDS));
    figure("writes in a minute at rest", (double) (gauge.writes() - rested), "", 0);
    figure("resident memory with 301 Claws", (double) gauge.residentMebibytes(), "MiB", 256);
    return children;
  }

  private void yardstick(KubernetesClient admin, KubernetesClient as, List<HasMetadata> children)
      throws Exception {
    namespace(admin, "bare");
    long start = System.nanoTime();
    create(admin, "bare", 1, CLAWS);
    double creating = (System.nanoTime() - start) / 1e9;
    List<HasMetadata> claws = new ArrayList<>(claws(admin, "bare"));
    double bare = creating + new BareClient(as, WORKERS).send(claws, children);
    remove(admin, as);
    figure("300 Claws, operator against bare client", seconds / bare, "x", 1.7);
    System.out.printf("operator %.2f s, bare client %.2f s%n", seconds, bare);
  }

  /** What the yardstick left would be work for the next operator, and count as its writes. */
  private static void remove(KubernetesClient admin, KubernetesClient as) throws Exception {
    for (Claw claw : claws(admin, "bare")) {
      as.resource(claw)
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    }
    admin.namespaces().withName("bare").delete();
    await("the end of the yardstick", () -> admin.namespaces().withName("bare").get() == null);
  }

  private void restart(Gauge gauge) throws Exception {
    await("the operator's caches", gauge::ready);
    await("the restart to settle", after(15));
    figure("writes after a restart", (double) gauge.writes(), "", 0);
  }

  private void heal(KubernetesClient admin) throws Exception {
    double[] millis = new double[HEALS];
    for (int round = 0; round < HEALS; round++) {
      String name = name(round + 1);
      Pod old = Objects.requireNonNull(pod(admin, name));
      kill(admin, old, 1);
      await("the first signal", () -> signals(admin, name) == 1);
      long killed = System.nanoTime();
      kill(admin, old, 2);
      await(
          "the new pod",
          () -> {
            Pod now = pod(admin, name);
            return now != null && !now.getMetadata().getUid().equals(old.getMetadata().getUid());
          });
      millis[round] = (System.nanoTime() - killed) / 1e6;
    }
    Arrays.sort(millis);
    figure("second OOM seen until the new pod, p50", millis[HEALS / 2], "ms", 300);
  }

  private static void kill(KubernetesClient admin, Pod pod, int times) {
    String at = Instant.now().toString();
    admin
        .pods()
        .resource(
            new PodBuilder(pod)
                .editOrNewMetadata()
                .withResourceVersion(null)
                .endMetadata()
                .editOrNewStatus()
                .withPhase("Running")
                .withContainerStatuses(
                    new ContainerStatusBuilder()
                        .withName(Keys.RUNTIME_CONTAINER)
                        .withImage("image")
                        .withImageID("image")
                        .withContainerID("containerd://" + pod.getMetadata().getUid() + times)
                        .withReady(false)
                        .withRestartCount(times)
                        .withNewState()
                        .withNewWaiting()
                        .withReason("CrashLoopBackOff")
                        .endWaiting()
                        .endState()
                        .withNewLastState()
                        .withNewTerminated()
                        .withReason("OOMKilled")
                        .withExitCode(137)
                        .withContainerID("containerd://" + pod.getMetadata().getUid() + times)
                        .withStartedAt(at)
                        .withFinishedAt(at)
                        .endTerminated()
                        .endLastState()
                        .build())
                .endStatus()
                .build())
        .patchStatus();
  }

  private static int signals(KubernetesClient admin, String name) {
    Claw claw = admin.resources(Claw.class).inNamespace("operator").withName(name).get();
    var ops = claw.getStatus() == null ? null : claw.getStatus().ops();
    return ops == null || ops.recentSignals() == null ? 0 : ops.recentSignals().size();
  }

  private static Pod pod(KubernetesClient admin, String name) {
    return admin.pods().inNamespace("operator").withName(name + "-0").get();
  }

  private static void namespace(KubernetesClient admin, String name) {
    admin
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  private static String name(int number) {
    return "agent-" + number;
  }

  private static void create(KubernetesClient admin, String namespace, int from, int count) {
    for (int number = from; number < from + count; number++) {
      admin
          .resource(
              Serialization.unmarshal(
                  """
                  apiVersion: claw.prismer.ai/v1alpha1
                  kind: Claw
                  metadata: {name: %s}
                  spec:
                    runtime: openclaw
                    config: {model: some-model}
                    resources: {requests: {memory: 64Mi}, limits: {memory: 64Mi}}
                    ops: {maxMemory: 1Gi}
                  """
                      .formatted(name(number)),
                  Claw.class))
          .inNamespace(namespace)
          .create();
    }
  }

  private static List<Claw> claws(KubernetesClient admin, String namespace) {
    return admin.resources(Claw.class).inNamespace(namespace).list().getItems();
  }

  private static long converged(KubernetesClient admin, String namespace) {
    return claws(admin, namespace).stream()
        .filter(claw ->
            claw.getStatus() != null
                && Objects.equals(
                    claw.getStatus().observedGeneration(), claw.getMetadata().getGeneration()))
        .count();
  }

  /** The children of the first Claw, whatever kinds they are. */
  private static List<HasMetadata> children(KubernetesClient client) {
    var here = "operator";
    return Stream.<List<? extends HasMetadata>>of(
            client.apps().statefulSets().inNamespace(here).list().getItems(),
            client.services().inNamespace(here).list().getItems(),
            client.configMaps().inNamespace(here).list().getItems(),
            client.secrets().inNamespace(here).list().getItems(),
            client.serviceAccounts().inNamespace(here).list().getItems(),
            client.network().v1().networkPolicies().inNamespace(here).list().getItems(),
            client.policy().v1().podDisruptionBudget().inNamespace(here).list().getItems())
        .flatMap(List::stream)
        .filter(child ->
            child.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getKind().equals("Claw")))
        .map(HasMetadata.class::cast)
        .toList();
  }

  private static Callable<Boolean> after(int seconds) {
    long until = System.nanoTime() + seconds * 1_000_000_000L;
    return () -> System.nanoTime() >= until;
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long until = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
    while (!condition.call()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("waited in vain for " + what);
      }
      Thread.sleep(5);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  private void figure(String name, double value, String unit, double target) {
    figures.add(new Figure(name, value, unit, target));
    System.out.printf("%-44s %8.2f %-4s%n", name, value, unit);
  }

  private void print() {
    System.out.println();
    for (Figure figure : figures) {
      System.out.printf(
          "%-44s %8.2f %-4s target <= %.2f  %s%n",
          figure.name(),
          figure.value(),
          figure.unit(),
          figure.target(),
          figure.met() ? "met" : "MISSED");
    }
    System.out.println(
        figures.stream()
            .map(figure -> "\"%s\":%.3f".formatted(figure.name(), figure.value()))
            .reduce((left, right) -> left + "," + right)
            .map(all -> "{" + all + "}")
            .orElse("{}"));
  }
}
