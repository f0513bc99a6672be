package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.operator.configuration.ConfigurationFile;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator as a program. */
public final class Main {

  private static final Logger LOGGER = LoggerFactory.getLogger(Main.class);
  private static final Path DEFAULT_FILE = Path.of("/etc/k8s4claw/config.yaml");
  private static final Path NAMESPACE_FILE =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");
  private static final String DEFAULT_NAMESPACE = "k8s4claw-system";
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private static final String HELP =
      """
      k8s4claw-operator: runs Claws on Kubernetes.

        --config FILE   configuration, YAML; default %s, and without that file every
                        setting has its default
        --version       print the version and exit
        --help          print this and exit

      Environment: POD_NAMESPACE and POD_NAME say where it runs (default: the namespace of its
      account, the name of the machine); KUBECONFIG how to reach a cluster from outside;
      K8S4CLAW_LOG=text makes the log readable for people instead of machines (json).
      """
          .formatted(DEFAULT_FILE);

  private Main() {}

  /** Runs until it is told to stop. Exit code 1 when it cannot start, 2 for wrong arguments. */
  public static void main(String[] arguments) {
    // The framework's own log context repeats ours in other words.
    System.setProperty("JAVA_OPERATOR_SDK_USE_MDC", "false");
    Arguments read;
    try {
      read = Arguments.of(List.of(arguments));
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(USAGE);
      return;
    }
    switch (read) {
      case Arguments.Help help -> System.out.print(HELP);
      case Arguments.ShowVersion version -> System.out.println(Version.current());
      case Arguments.Run run -> run(run.file(), System.getenv());
    }
  }

  private static void run(Path file, Map<String, String> environment) {
    try {
      ClawOperator operator = ClawOperator.start(setting(file, environment));
      CountDownLatch stopped = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    operator.close();
                    stopped.countDown();
                  },
                  "shutdown"));
      stopped.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException failed) {
      LOGGER.error("the operator cannot start: {}", reason(failed));
      LOGGER.debug("where it failed", failed);
      System.exit(FAILED);
    }
  }

  /** What was tried, and what lies under it. */
  private static String reason(Throwable failed) {
    Throwable deepest = failed;
    for (Throwable cause = failed.getCause(); cause != null; cause = cause.getCause()) {
      deepest = cause;
    }
    String top = String.valueOf(failed.getMessage());
    String bottom = String.valueOf(deepest.getMessage());
    return top.contains(bottom) ? top : top + " (" + bottom + ")";
  }

  private static ClawOperator.Setting setting(Path file, Map<String, String> environment) {
    OperatorConfiguration configuration =
        file.equals(DEFAULT_FILE) && !Files.exists(file)
            ? OperatorConfiguration.DEFAULT
            : ConfigurationFile.read(file);
    return new ClawOperator.Setting(
        Config.autoConfigure(null),
        configuration,
        namespace(environment),
        podName(environment),
        Clock.systemUTC(),
        new SecureRandom(),
        List.of());
  }

  private static String namespace(Map<String, String> environment) {
    String told = environment.get("POD_NAMESPACE");
    if (told != null && !told.isBlank()) {
      return told;
    }
    if (!Files.exists(NAMESPACE_FILE)) {
      return DEFAULT_NAMESPACE;
    }
    try {
      return Files.readString(NAMESPACE_FILE).strip();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(NAMESPACE_FILE + " cannot be read", unreadable);
    }
  }

  private static String podName(Map<String, String> environment) {
    String told = environment.get("POD_NAME");
    if (told != null && !told.isBlank()) {
      return told;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "k8s4claw-" + ProcessHandle.current().pid();
    }
  }

  /** What the command line asks for. */
  sealed interface Arguments {

    /** Print the help. */
    record Help() implements Arguments {}

    /** Print the version. */
    record ShowVersion() implements Arguments {}

    /** Run with a configuration file. */
    record Run(Path file) implements Arguments {}

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException with one sentence for the user
     */
    static Arguments of(List<String> arguments) {
      if (arguments.contains("--help")) {
        return new Help();
      }
      if (arguments.contains("--version")) {
        return new ShowVersion();
      }
      if (arguments.isEmpty()) {
        return new Run(DEFAULT_FILE);
      }
      if (arguments.size() == 2 && arguments.getFirst().equals("--config")) {
        return new Run(Path.of(arguments.getLast()));
      }
      throw new IllegalArgumentException(
          "unknown arguments: " + String.join(" ", arguments) + "; --help lists them");
    }
  }
}
