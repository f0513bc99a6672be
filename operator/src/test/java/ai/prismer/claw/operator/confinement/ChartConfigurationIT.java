package ai.prismer.claw.operator.confinement;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.operator.configuration.ConfigurationFile;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.testkit.chart.Helm;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the chart writes is what the operator reads. */
class ChartConfigurationIT {
  @TempDir Path folder;

  @Test
  void theDefaultsOfTheChartAreThoseOfTheOperator() throws IOException {
    assertThat(rendered()).isEqualTo(OperatorConfiguration.DEFAULT);
  }

  @Test
  void everyValueArrives() throws IOException {
    OperatorConfiguration configuration =
        rendered(
            "--set", "images.openclaw=example.org/openclaw:2",
            "--set", "workers=3",
            "--set", "confinement.probePeriod=90s",
            "--set", "leastPrivilege.allowedAccounts={ci/runner,team/agent}",
            "--set", "authors.serviceAccountAnnotations={eks.amazonaws.com/role-arn}",
            "--set", "leaderElection.enabled=false");
    assertThat(configuration.images().openclaw()).isEqualTo("example.org/openclaw:2");
    assertThat(configuration.workers()).isEqualTo(3);
    assertThat(configuration.confinement().probePeriod()).isEqualTo(Duration.ofSeconds(90));
    assertThat(configuration.allowedServiceAccounts()).containsExactly("ci/runner", "team/agent");
    assertThat(configuration.serviceAccountAnnotations())
        .containsExactly("eks.amazonaws.com/role-arn");
    assertThat(configuration.leaderElection()).isFalse();
  }

  private OperatorConfiguration rendered(String... values) throws IOException {
    String[] arguments = new String[values.length + 2];
    arguments[0] = "--show-only";
    arguments[1] = "templates/configmap.yaml";
    System.arraycopy(values, 0, arguments, 2, values.length);
    Helm.Result result = Helm.template("claws", arguments);
    assertThat(result.code()).as(result.errors()).isZero();
    String text =
        Objects.requireNonNull(
            Serialization.unmarshal(result.output(), ConfigMap.class).getData().get("config.yaml"));
    return ConfigurationFile.read(Files.writeString(folder.resolve("config.yaml"), text));
  }
}
