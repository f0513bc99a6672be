package ai.prismer.claw.bus;

import ai.prismer.claw.bus.admin.AdminServer;
import ai.prismer.claw.bus.admin.Probes;
import ai.prismer.claw.bus.bridge.Bridge;
import ai.prismer.claw.bus.log.LineLogger;
import ai.prismer.claw.contract.BusClient;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/** The process. */
public final class Main {
  private static final int WRONG = 2;
  private static final int FAILED = 1;

  private Main() {}

  /** See {@code --help}. */
  public static void main(String[] arguments) throws InterruptedException {
    int status = run(List.of(arguments), System.getenv(), System.out, System.err);
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Everything but the exit. */
  static int run(
      List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err)
      throws InterruptedException {
    Options options = new Options(environment);
    try {
      if (arguments.contains("--help")) {
        out.print(Options.USAGE);
        return 0;
      }
      if (!arguments.isEmpty()) {
        return ask(options, arguments, out, err);
      }
      serve(options);
      return 0;
    } catch (IllegalArgumentException wrong) {
      err.println("bus: " + wrong.getMessage());
      return WRONG;
    } catch (IOException failed) {
      err.println("bus: " + failed);
      return FAILED;
    }
  }

  /**
   * Asks the bus that runs, and gives up after a while: nobody may be left at the other end of the
   * streams, and what waits here takes of the bus's memory and of its few connections.
   */
  private static int ask(Options options, List<String> command, PrintStream out, PrintStream err)
      throws InterruptedException {
    FutureTask<Integer> question = new FutureTask<>(() -> answered(options, command, out, err));
    Thread.ofPlatform().daemon().name("question").start(question);
    try {
      return question.get(BusClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      err.println("bus: no answer within " + BusClient.PATIENCE.toSeconds() + " s");
      return FAILED;
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    }
  }

  private static int answered(
      Options options, List<String> command, PrintStream out, PrintStream err) {
    try {
      String wrong = AdminServer.ask(options.adminSocket(), command, out);
      out.flush();
      if (wrong != null) {
        err.println("bus: " + wrong);
        return FAILED;
      }
      return 0;
    } catch (IOException unreachable) {
      err.println(
          "bus: no bus answers at " + options.adminSocket() + ": " + unreachable.getMessage());
      return FAILED;
    }
  }

  private static void serve(Options options) throws IOException, InterruptedException {
    RandomGenerator random = RandomGenerator.getDefault();
    // All of it is read before anything is begun: a mistake costs one line and no restart.
    BusSettings settings = options.settings();
    Bridge bridge = options.bridge(random);
    CountDownLatch ended = new CountDownLatch(1);
    try (Probes probes =
        new Probes(InetAddress.getByName("0.0.0.0"), options.healthPort(), settings.grace())) {
      Bus bus = Bus.start(settings, bridge, InstantSource.system(), random, Main::die);
      AdminServer admin = new AdminServer(bus, options.adminSocket());
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .unstarted(() -> {
                    ended.countDown();
                    Runtime.getRuntime().halt(end(bus, admin));
                  }));
      probes.ready(bus);
      System.Logger log = LineLogger.of(Main.class);
      log.log(System.Logger.Level.INFO, "ready, {0} channels", settings.channels().size());
      ended.await();
      // The hook ends the process when all of it is over.
      Thread.currentThread().join();
    }
  }

  /** Ends in order; the status of a process that did is 0, also when a signal asked for it. */
  private static int end(Bus bus, AdminServer admin) {
    try (admin) {
      bus.close();
      return 0;
    } catch (IOException failed) {
      System.err.println("bus: the end was not in order: " + failed);
      return FAILED;
    }
  }

  /**
   * The journal or the loop has failed. Nothing that is in memory can be trusted, and everything
   * that was accepted is on the disk: end at once, without what would be run at an orderly end.
   */
  private static void die(Throwable failure) {
    System.err.println("bus: cannot go on: " + failure);
    failure.printStackTrace();
    Runtime.getRuntime().halt(FAILED);
  }
}
