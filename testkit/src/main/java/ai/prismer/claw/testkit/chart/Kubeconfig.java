package ai.prismer.claw.testkit.chart;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A kubeconfig file for programs that want one. */
public final class Kubeconfig {

  private Kubeconfig() {}

  /**
   * Writes how to reach a cluster, with the token if there is one and else with the client
   * certificate, and in which namespace.
   */
  public static Path write(Config config, Path file) throws IOException {
    String namespace = config.getNamespace();
    String token = config.getOauthToken();
    String user =
        token != null
            ? "token: \"%s\"".formatted(token)
            : "client-certificate-data: \"%s\", client-key-data: \"%s\""
                .formatted(
                    Objects.requireNonNull(config.getClientCertData()),
                    Objects.requireNonNull(config.getClientKeyData()));
    String yaml =
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: test, namespace: "%s"}}]
        clusters: [{name: test, cluster: {server: "%s", certificate-authority-data: "%s"}}]
        users: [{name: test, user: {%s}}]
        """
            .formatted(
                namespace == null ? "default" : namespace,
                config.getMasterUrl(),
                Objects.requireNonNull(config.getCaCertData()),
                user);
    return Files.writeString(file, yaml);
  }
}
