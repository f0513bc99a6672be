package ai.prismer.claw.channel.webhook;

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
      System.out.print(SettingsReader.USAGE);
      return;
    }
    // Before the server's classes are loaded: a request that drips is ended, and idle connections
    // are few.
    System.setProperty("sun.net.httpserver.maxReqTime", "30");
    System.setProperty("sun.net.httpserver.maxReqHeaders", "64");
    System.setProperty("jdk.httpserver.maxConnections", "512");
    int status = run();
    if (status != 0) {
      System.exit(status);
    }
  }

  private static int run() throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    try {
      WebhookChannel channel =
          WebhookChannel.start(new SettingsReader(System.getenv()).read(), InstantSource.system());
      System.Logger log = System.getLogger(Main.class.getName());
      log.log(System.Logger.Level.INFO, "listening on port {0,number,#}", channel.port());
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .unstarted(() -> {
                    channel.close();
                    ended.countDown();
                    Runtime.getRuntime().halt(0);
                  }));
      ended.await();
      return 0;
    } catch (IllegalArgumentException wrong) {
      System.err.println("webhook: " + wrong.getMessage());
      return WRONG;
    } catch (IOException failed) {
      System.err.println("webhook: " + failed);
      return FAILED;
    }
  }
}
