package ai.prismer.claw.testkit.redteam;

import ai.prismer.claw.testkit.attack.Users;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code make red-team}: exits 0 only if everything was refused by the guard that is named. */
public final class Main {
  private Main() {}

  /** Entry point. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.exit(run(arguments, System.out, System.err));
  }

  /** What {@link #main} does, with its exit code. */
  public static int run(String[] arguments, PrintStream out, PrintStream err)
      throws IOException, InterruptedException {
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException wrong) {
      err.println(wrong.getMessage());
      err.println(Options.USAGE);
      return 2;
    }
    Config config = Config.fromKubeconfig(Files.readString(Path.of(options.kubeconfig())));
    // Keys on an elliptic curve are only tried when the client is told.
    config.setClientKeyAlgo("EC");
    try (KubernetesClient administrator =
        new KubernetesClientBuilder().withConfig(config).build()) {
      Ground ground = new Ground(administrator, options, Users.self(administrator));
      return new Campaign(config, administrator, ground, options, new Report(out)).run() ? 0 : 1;
    }
  }
}
