package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.testkit.chart.Helm;
import ai.prismer.claw.testkit.cluster.ApiServer;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What {@code install --print} prints, against Helm itself. */
class InstallIT {
  @Test
  void theManifestsOfTheRepositoryAreWhatHelmMakesOfTheChart() throws IOException {
    assertThat(Files.readString(ApiServer.root().resolve("deploy/k8s4claw.yaml")))
        .as("run make manifests")
        .isEqualTo(Helm.template(GlobalOptions.DEFAULT_NAMESPACE).output());
  }

  @Test
  void anotherNamespaceGivesWhatHelmGivesForIt() {
    String printed = Program.run("install", "--print", "-n", "agents").out();
    String withoutNamespace = printed.substring(printed.indexOf("---", 3));

    assertThat(lines(withoutNamespace)).isEqualTo(lines(Helm.template("agents").output()));
  }

  /** Without blank lines, and without the hash that only sees that the configuration changes. */
  private static String lines(String manifests) {
    return manifests
        .lines()
        .map(String::stripTrailing)
        .filter(line -> !line.isEmpty() && !line.contains("checksum/config"))
        .reduce("", (a, b) -> a + b + "\n");
  }
}
