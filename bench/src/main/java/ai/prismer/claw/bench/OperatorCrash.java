package ai.prismer.claw.bench;

import static ai.prismer.claw.bench.Fleet.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Kills the operator with SIGKILL at random moments while there is work, again and again; {@code
 * make crash-operator}. At the end everything that was asked for must have been done once, the
 * receipt log must be whole, and the statuses must say what is.
 *
 * <p>Half of the kills come while an operator works, the others while it starts: then it may have
 * read only a part of the world.
 */
public final class OperatorCrash {
  private static final int CLAWS = 24;
  private static final String HERE = "crash";

  /** No longer than an operator needs to start. */
  private static final int START_MILLIS = 4000;

  /** As long as it takes from a decision to what follows from it. */
  private static final int WORK_MILLIS = 2500;

  private static final int LOAD_GAP_MILLIS = 100;

  private final Path root;
  private final int rounds;
  private final Random random;

  private OperatorCrash(Path root, int rounds, long seed) {
    this.root = root;
    this.rounds = rounds;
    this.random = new Random(seed);
  }

  /**
   * Runs it; the arguments are the root of the repository, the number of rounds and, to choose the
   * same moments again, a seed. Exit code 1 when something was lost or done twice.
   */
  public static void main(String[] arguments) throws Exception {
    long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : System.nanoTime();
    System.out.println("seed " + seed);
    System.exit(run(Path.of(arguments[0]), Integer.parseInt(arguments[1]), seed) ? 0 : 1);
  }

  /** Runs it, and says whether all is as it must be. */
  static boolean run(Path root, int rounds, long seed) throws Exception {
    return new OperatorCrash(root.toAbsolutePath().normalize(), rounds, seed).run();
  }

  private boolean run() throws Exception {
    Path folder = Files.createTempDirectory("crash-operator");
    try (Bed bed = Bed.start(root);
        KubernetesClient admin = bed.admin();
        ExecutorService hands = Executors.newFixedThreadPool(4)) {
      Fleet fleet = new Fleet(admin);
      try (Kubelet kubelet = new Kubelet(admin, fleet, hands)) {
        fleet.namespace(HERE);
        fleet.create(HERE, 0, CLAWS);
        CrashLoad load = new CrashLoad(admin, fleet, kubelet, HERE, random);
        int port = Bed.freePort();
        Process operator = bed.startOperator(port, folder);
        await("the fleet", () -> kubelet.ready() == CLAWS);
        for (int round = 1; round <= rounds; round++) {
          work(load, new Gauge(operator, port), round);
          operator.destroyForcibly().waitFor();
          operator = bed.startOperator(port, folder);
          if (round % 10 == 0) {
            System.out.printf("%d of %d%n", round, rounds);
          }
        }
        end(load);
        Bed.stop(operator);
        CrashVerdict verdict = CrashVerdict.of(admin, fleet, HERE, load, kubelet);
        verdict.print(rounds);
        return verdict.isGood();
      }
    }
  }

  /** Gives work to an operator until its last moment has come. */
  private void work(CrashLoad load, Gauge operator, int round) throws Exception {
    boolean atWork = round % 2 == 0;
    if (atWork) {
      await("the operator's caches", operator::ready);
    }
    long until =
        System.nanoTime() + random.nextInt(atWork ? WORK_MILLIS : START_MILLIS) * 1_000_000L;
    while (System.nanoTime() < until) {
      load.more();
      Thread.sleep(Math.max(0, Math.min(LOAD_GAP_MILLIS, (until - System.nanoTime()) / 1_000_000)));
    }
  }

  /** Waits until all that was begun is done; who is owed something is named if that never comes. */
  private static void end(CrashLoad load) throws Exception {
    try {
      await(
          "the end of the work",
          () -> {
            load.finish();
            Thread.sleep(LOAD_GAP_MILLIS);
            return load.owed().isEmpty();
          });
    } catch (IllegalStateException never) {
      throw new IllegalStateException(String.join("\n", load.owed()), never);
    }
  }
}
