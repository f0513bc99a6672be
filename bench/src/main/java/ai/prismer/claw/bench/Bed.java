package ai.prismer.claw.bench;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real API server without a kubelet, with the chart installed: its definitions, roles and
 * policies are in force, its Deployment has no node to run on.
 */
final class Bed implements AutoCloseable {
  static final String NAMESPACE = "k8s4claw-system";
  private static final String OPERATOR = "system:serviceaccount:" + NAMESPACE + ":k8s4claw";

  private final Path root;
  private final Process server;
  private final Path kubeconfig;

  private Bed(Path root, Process server, Path kubeconfig) {
    this.root = root;
    this.server = server;
    this.kubeconfig = kubeconfig;
  }

  /** Starts the server and installs the chart. */
  static Bed start(Path root) throws IOException, InterruptedException {
    Process server =
        new ProcessBuilder(cluster(root), "api")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String line = server.inputReader(StandardCharsets.UTF_8).readLine();
    if (line == null || !line.startsWith("kubeconfig=")) {
      server.destroy();
      throw new IOException("the API server did not start: " + line);
    }
    Bed bed = new Bed(root, server, Path.of(line.substring("kubeconfig=".length())));
    bed.run(
        cluster(root),
        "helm",
        "install",
        "k8s4claw",
        root.resolve("charts/k8s4claw").toString(),
        "--namespace",
        NAMESPACE,
        "--create-namespace");
    return bed;
  }

  private static String cluster(Path root) {
    return root.resolve("cluster/claw-cluster").toString();
  }

  private void run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed:\n" + output);
    }
  }

  /** A client with every right of a cluster admin. */
  KubernetesClient admin() throws IOException {
    return new KubernetesClientBuilder().withConfig(config()).build();
  }

  /** A client as the operator's own account. */
  KubernetesClient operator() throws IOException {
    Config config = config();
    config.setImpersonateUsername(OPERATOR);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private Config config() throws IOException {
    Config config = Config.fromKubeconfig(Files.readString(kubeconfig));
    config.setClientKeyAlgo("EC");
    return config;
  }

  /**
   * Starts the operator as its image does, in a process of its own, under its own account.
   *
   * @param port where it serves its metrics
   */
  Process startOperator(int port, Path folder) throws IOException {
    Path configuration = folder.resolve("config.yaml");
    Files.writeString(configuration, "httpPort: " + port + "\nleaderElection: false\n");
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-Xms32m",
            "-Xmx256m",
            "-XX:MinHeapFreeRatio=15",
            "-XX:MaxHeapFreeRatio=30",
            "-Xss512k",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=48m",
            "-XX:-UsePerfData",
            "-XX:+UseCompactObjectHeaders",
            // The admin of the kubeconfig acts as the operator: the same roles and policies hold.
            "-Dkubernetes.impersonate.username=" + OPERATOR,
            "-cp",
            root.resolve("operator/target/image/lib") + "/*",
            "ai.prismer.claw.operator.runtime.Main",
            "--config",
            configuration.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("operator.log").toFile()));
    builder
        .environment()
        .putAll(Map.of("KUBECONFIG", kubeconfig.toString(), "POD_NAMESPACE", NAMESPACE));
    return builder.start();
  }

  /** A port that nobody listens on. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Ends an operator and waits until it has ended. */
  static void stop(Process operator) throws InterruptedException {
    operator.destroy();
    operator.waitFor();
  }

  @Override
  public void close() throws IOException {
    server.getOutputStream().close();
    try {
      server.waitFor();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
