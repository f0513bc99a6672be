package ai.prismer.claw.operator.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationFileTest {

  @Test
  void whatIsAbsentHasItsDefault() {
    OperatorConfiguration read = ConfigurationFile.parse("workers: 4\n");

    assertThat(read.workers()).isEqualTo(4);
    assertThat(read.confinement().probePeriod()).isEqualTo(Duration.ofMinutes(10));
    assertThat(read.leaderElection()).isTrue();
    assertThat(ConfigurationFile.parse("")).isEqualTo(OperatorConfiguration.DEFAULT);
  }

  @Test
  void everySettingIsRead() {
    OperatorConfiguration read =
        ConfigurationFile.parse(
            """
            images: {openclaw: registry.example.org/openclaw:1, bus: bus:1, channels: {slack: slack:1, discord: ""}}
            workers: 16
            confinement: {probePeriod: 1m30s, serviceAccount: probe}
            allowedServiceAccounts: [team/robot]
            serviceAccountAnnotations: [cloud/role]
            leaderElection: false
            httpPort: 9090
            audit: {required: true, retention: 500, signet: {command: /signet/signet, home: /signet/home}}
            """);

    assertThat(read.images().openclaw()).isEqualTo("registry.example.org/openclaw:1");
    assertThat(read.images().bus()).isEqualTo("bus:1");
    assertThat(read.images().channels())
        .containsEntry("slack", "slack:1")
        .containsEntry("discord", "ghcr.io/prismer-ai/k8s4claw-channel-discord:0.1.0")
        .containsOnlyKeys("webhook", "slack", "discord");
    assertThat(read.confinement().probePeriod()).isEqualTo(Duration.ofSeconds(90));
    assertThat(read.confinement().serviceAccount()).isEqualTo("probe");
    assertThat(read.allowedServiceAccounts()).containsExactly("team/robot");
    assertThat(read.serviceAccountAnnotations()).containsExactly("cloud/role");
    assertThat(read.leaderElection()).isFalse();
    assertThat(read.httpPort()).isEqualTo(9090);
    assertThat(read.audit())
        .isEqualTo(
            new OperatorConfiguration.Audit(
                true,
                500,
                new SignetSetting("/signet/signet", "/signet/home", "rule-engine", null)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "wrokers: 4 | unknown setting \"wrokers\"",
        "images: {channels: {telegram: a}} | images.channels: telegram is not allowed",
        "images: {opnclaw: a} | unknown setting \"images.opnclaw\"",
        "workers: 0 | workers: 0 is not allowed; write a number from 1 to 64",
        "workers: many | workers",
        "confinement: {probePeriod: 10 minutes} | not a duration",
        "confinement: {probePeriod: 0s} | at least 1s",
        "audit: {signet: {command: signet, home: /h}} | write the absolute path",
        "audit: {signet: {command: /s, home: /h, timeout: 1m}} | audit.signet.timeout",
        "audit: {signet: {command: /s, home: /h, key: ../k}} | is no name of a key",
        "{ | no YAML",
      })
  void whatIsWrongIsSaidInOneSentence(String yaml, String message) {
    assertThatThrownBy(() -> ConfigurationFile.parse(yaml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
