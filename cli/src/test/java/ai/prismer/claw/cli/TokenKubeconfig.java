package ai.prismer.claw.cli;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A kubeconfig with a token and a namespace, as a person has it. */
final class TokenKubeconfig {
  private TokenKubeconfig() {}

  static Path write(Path file, Config config, String namespace) throws IOException {
    return Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: test
          cluster: {server: "%s", certificate-authority-data: "%s"}
        users:
        - name: test
          user: {token: "%s"}
        contexts:
        - name: test
          context: {cluster: test, user: test, namespace: "%s"}
        current-context: test
        """
            .formatted(
                config.getMasterUrl(), config.getCaCertData(), config.getOauthToken(), namespace));
  }
}
