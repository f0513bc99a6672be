package ai.prismer.claw.bench;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
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
  private static final String ACCOUNT = "k8s4claw";
  private static final String OPERATOR = "system:serviceaccount:" + NAMESPACE + ":" + ACCOUNT;

  /** Longer than any run. */
  private static final long LIFE_SECONDS = 14_400;

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
        .putAll(Map.of("KUBECONFIG", account(folder).toString(), "POD_NAMESPACE", NAMESPACE));
    return builder.start();
  }

  /** Writes a kubeconfig that holds what a pod of the operator would be given: its token. */
  private Path account(Path folder) throws IOException {
    Config config = config();
    try (KubernetesClient admin = new KubernetesClientBuilder().withConfig(config).build()) {
      String token =
          admin
              .serviceAccounts()
              .inNamespace(NAMESPACE)
              .withName(ACCOUNT)
              .tokenRequest(
                  new TokenRequestBuilder()
                      .withNewSpec()
                      .withExpirationSeconds(LIFE_SECONDS)
                      .endSpec()
                      .build())
              .getStatus()
              .getToken();
      Path file = folder.resolve("operator.kubeconfig");
      Files.writeString(
          file,
          """
          apiVersion: v1
          kind: Config
          current-context: bed
          contexts: [{name: bed, context: {cluster: bed, user: operator}}]
          clusters: [{name: bed, cluster: {server: "%s", certificate-authority-data: "%s"}}]
          users: [{name: operator, user: {token: "%s"}}]
          """
              .formatted(config.getMasterUrl(), config.getCaCertData(), token));
      return file;
    }
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
