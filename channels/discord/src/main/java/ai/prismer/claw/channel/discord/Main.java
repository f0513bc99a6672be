package ai.prismer.claw.channel.discord;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The process. */
public final class Main {
  private static final int WRONG = 2;
  private static final int FAILED = 1;

  private Main() {}

  /** See {@code --help}. */
  public static void main(String[] arguments) throws InterruptedException {
    if (List.of(arguments).contains("--help")) {
      System.out.print(DiscordSettings.USAGE);
      return;
    }
    int status = run();
    if (status != 0) {
      System.exit(status);
    }
  }

  private static int run() throws InterruptedException {
    try {
      DiscordChannel channel =
          DiscordChannel.start(DiscordSettings.read(System.getenv()), InstantSource.system());
      System.getLogger(Main.class.getName())
          .log(System.Logger.Level.INFO, "probes on port {0,number,#}", channel.port());
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .unstarted(() -> {
                    channel.close();
                    Runtime.getRuntime().halt(0);
                  }));
      new CountDownLatch(1).await();
      return 0;
    } catch (IllegalArgumentException wrong) {
      System.err.println("discord: " + wrong.getMessage());
      return WRONG;
    } catch (IOException failed) {
      System.err.println("discord: " + failed);
      return FAILED;
    }
  }
}
