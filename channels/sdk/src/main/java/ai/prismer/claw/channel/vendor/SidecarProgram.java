package ai.prismer.claw.channel.vendor;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The process of a sidecar: how it begins, what it says of a mistake, how it ends. */
public final class SidecarProgram {
  private static final int WRONG = 2;
  private static final int FAILED = 1;

  private SidecarProgram() {}

  /** What is run. */
  public interface Program {
    /**
     * Begins the channel.
     *
     * @throws IllegalArgumentException with a sentence that says what is wrong with the environment
     * @throws IOException when the port cannot be had
     */
    RunningChannel start(Map<String, String> environment) throws IOException;
  }

  /**
   * Runs until SIGTERM, or tells the usage and returns.
   *
   * @param name of the program, for what it says of a mistake
   * @param usage for {@code --help}
   */
  public static void run(String name, String usage, String[] arguments, Program program)
      throws InterruptedException {
    if (List.of(arguments).contains("--help")) {
      System.out.print(usage);
      return;
    }
    try {
      RunningChannel channel = program.start(System.getenv());
      System.getLogger(SidecarProgram.class.getName())
          .log(System.Logger.Level.INFO, "listening on port {0,number,#}", channel.port());
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .unstarted(() -> {
                    channel.close();
                    Runtime.getRuntime().halt(0);
                  }));
      // The hook ends the process.
      new CountDownLatch(1).await();
    } catch (IllegalArgumentException wrong) {
      System.err.println(name + ": " + wrong.getMessage());
      System.exit(WRONG);
    } catch (IOException failed) {
      System.err.println(name + ": " + failed);
      System.exit(FAILED);
    }
  }
}
