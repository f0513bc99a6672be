package ai.prismer.claw.testkit.chart;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A kubeconfig file for programs that want one. */
public final class Kubeconfig {

  private Kubeconfig() {}

  /** Writes how to reach a cluster, with a client certificate. */
  public static Path write(Config config, Path file) throws IOException {
    String yaml =
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: test}}]
        clusters: [{name: test, cluster: {server: "%s", certificate-authority-data: "%s"}}]
        users: [{name: test, user: {client-certificate-data: "%s", client-key-data: "%s"}}]
        """
            .formatted(
                config.getMasterUrl(),
                Objects.requireNonNull(config.getCaCertData()),
                Objects.requireNonNull(config.getClientCertData()),
                Objects.requireNonNull(config.getClientKeyData()));
    return Files.writeString(file, yaml);
  }
}
