package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The running cluster, with the operator installed in it, shared by every class of one run. */
final class Node {
  /** Namespace of the operator. */
  static final String OPERATOR_NAMESPACE = "k8s4claw-system";

  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  private static volatile boolean installed;

  private Node() {}

  /** The root of the repository. */
  static Path root() {
    return Path.of(System.getProperty("claw.root", "..")).toAbsolutePath().normalize();
  }

  /** Path of the kubeconfig of a cluster admin. */
  static String kubeconfig() {
    String path = System.getenv("KUBECONFIG");
    assertThat(path).as("KUBECONFIG; run these tests with `make test`").isNotBlank();
    return path;
  }

  /** A client with every right of a cluster admin. */
  static KubernetesClient admin() {
    Config config = Config.fromKubeconfig(Path.of(kubeconfig()).toFile());
    // The node's keys are on an elliptic curve; the client tries only RSA unless told.
    config.setClientKeyAlgo("EC");
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** Address of the node, under which pods reach what a test listens with. */
  static String address(KubernetesClient client) {
    return client.nodes().list().getItems().getFirst().getStatus().getAddresses().stream()
        .filter(address -> address.getType().equals("InternalIP"))
        .findFirst()
        .orElseThrow()
        .getAddress();
  }

  /** Installs the operator with its chart, once for all classes of this run, and waits for it. */
  static synchronized void operatorInstalled() {
    if (!installed) {
      deploy();
      installed = true;
    }
  }

  /** Installs or upgrades the operator; whoever else does so is waited for. */
  static void deploy() {
    try (FileChannel file =
            FileChannel.open(
                root().resolve("build/deploy.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = file.lock()) {
      assertThat(lock.isValid()).isTrue();
      run(root().resolve("scripts/deploy").toString(), "k8s4claw", OPERATOR_NAMESPACE).succeeds();
    } catch (IOException unlockable) {
      throw new UncheckedIOException(unlockable);
    }
  }

  /** Makes a namespace that enforces the restricted Pod Security profile. */
  static String namespace(KubernetesClient client, String purpose) {
    String name =
        "e2e-"
            + purpose
            + "-"
            + Long.toString(System.nanoTime() & 0xffffff, 36)
            + NAMESPACES.incrementAndGet();
    client
        .namespaces()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name.toLowerCase(Locale.ROOT))
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    return name;
  }

  /** The reference of an image of this build, from {@code build/images/list}. */
  static String image(String name) {
    return listed(name)[1];
  }

  /** The archive of an image of this build, from {@code build/images/list}. */
  static Path archive(String name) {
    return root().resolve(listed(name)[2]);
  }

  private static String[] listed(String name) {
    try {
      return java.nio.file.Files.readAllLines(root().resolve("build/images/list")).stream()
          .map(line -> line.split(" "))
          .filter(words -> words[0].equals(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no image " + name + " in build/images/list"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Runs kubectl as a cluster admin. */
  static Finished kubectl(String... arguments) {
    return run(arguments, "cluster/claw-cluster", "kubectl");
  }

  /** Runs helm as a cluster admin. */
  static Finished helm(String... arguments) {
    return run(arguments, "cluster/claw-cluster", "helm");
  }

  /** Runs kubectl claw as a cluster admin. */
  static Finished kubectlClaw(String... arguments) {
    return run(arguments, "cli/kubectl-claw");
  }

  private static Finished run(String[] arguments, String program, String... before) {
    List<String> command = new ArrayList<>(List.of(root().resolve(program).toString()));
    command.addAll(List.of(before));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /** Runs a program of the repository to its end, for at most five minutes. */
  static Finished run(String... command) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(root().toFile()).redirectErrorStream(true);
      builder.environment().putAll(Map.of("KUBECONFIG", kubeconfig()));
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("%s ended", (Object) command).isTrue();
      return new Finished(String.join(" ", command), process.exitValue(), output);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /**
   * A program that ended.
   *
   * @param command what was run
   * @param exitCode its exit code
   * @param output what it printed, errors included
   */
  record Finished(String command, int exitCode, String output) {
    /** Fails the test with the program's own words unless it exited with 0. */
    String succeeds() {
      assertThat(exitCode).as("exit code of %s:%n%s", command, output).isZero();
      return output;
    }
  }
}
