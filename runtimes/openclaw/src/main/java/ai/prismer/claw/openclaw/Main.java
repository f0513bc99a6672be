package ai.prismer.claw.openclaw;

import ai.prismer.claw.openclaw.config.ConfigurationException;
import ai.prismer.claw.openclaw.config.Limits;
import ai.prismer.claw.openclaw.config.Settings;
import ai.prismer.claw.openclaw.config.SettingsReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * The gateway as a process.
 *
 * <p>Exit codes: 0 after {@code --help}, and after SIGTERM when every turn could end; 1 for a
 * configuration it cannot run with, said in one line; 2 for wrong flags; 143 after SIGTERM when
 * turns were cut.
 */
public final class Main {
  private Main() {}

  /** Runs until SIGTERM. */
  public static void main(String[] arguments) throws InterruptedException {
    Options options;
    try {
      options = Options.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "; --help lists the flags");
      System.exit(2);
      return;
    }
    if (options.help()) {
      System.out.print(Options.USAGE);
      return;
    }
    boundHealthServer();
    LogSetup.install(System.out);
    try {
      run(options);
    } catch (ConfigurationException e) {
      logger().log(Level.ERROR, e.getMessage());
      System.exit(1);
    }
    Thread.currentThread().join();
  }

  /** The JDK's HTTP server is unbounded unless told otherwise, before its class is loaded. */
  private static void boundHealthServer() {
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "10");
    System.setProperty("jdk.httpserver.maxConnections", "64");
  }

  private static void run(Options options) throws ConfigurationException {
    Settings settings = new SettingsReader(options.config(), System.getenv()).read();
    AgentGateway.Places places =
        new AgentGateway.Places(
            new InetSocketAddress(options.bind(), options.port()),
            new InetSocketAddress(options.bind(), options.healthPort()),
            options.tokenFile(),
            options.sessions());
    String version =
        Optional.ofNullable(Main.class.getPackage().getImplementationVersion()).orElse("dev");
    AgentGateway gateway = new AgentGateway(settings, places, Limits.defaults(), version);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway), "shutdown"));
    logger()
        .log(
            Level.INFO,
            () ->
                "ready version=%s port=%d health=%d vendor=%s model=%s"
                    .formatted(
                        version,
                        gateway.address().getPort(),
                        gateway.healthAddress().getPort(),
                        settings.endpoint().vendor(),
                        settings.endpoint().model()));
  }

  /** Not a constant: it must not be made before {@link LogSetup} has done its work. */
  private static Logger logger() {
    return System.getLogger(Main.class.getName());
  }

  private static void stop(AgentGateway gateway) {
    try {
      if (gateway.stop()) {
        System.out.flush();
        // Otherwise the exit code would say "killed by a signal", which looks like a failure.
        Runtime.getRuntime().halt(0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
