package ai.prismer.claw.api.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.spec.AgentIntents;
import ai.prismer.claw.api.spec.ClawSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DefaultingTest {
  private static ClawSpec spec(String yaml) {
    return Serialization.unmarshal("---\n{spec: " + yaml + "}", Claw.class).getSpec();
  }

  @Test
  void anAbsentBlockHasTheSafeMeaning() {
    ClawSpec bare = spec("{runtime: openclaw}");
    assertThat(Defaulting.agentIntents(bare)).isEqualTo(AgentIntents.Deny);
    assertThat(Defaulting.networkPolicyEnabled(bare)).isTrue();
    assertThat(Defaulting.readOnlyRootFilesystem(bare)).isTrue();
    assertThat(Defaulting.disruptionBudgetEnabled(bare)).isTrue();
    assertThat(Defaulting.exposed(bare)).isFalse();
    assertThat(Defaulting.suspended(bare)).isFalse();
    assertThat(Defaulting.adjustmentTtl(bare)).isEmpty();
    assertThat(Defaulting.verifyWindow(bare)).isEqualTo(Duration.ofMinutes(5));
    assertThat(Defaulting.environment(bare)).isEmpty();
  }

  @Test
  void channelsMakeEveryRuntimeTheOnlyWriterOfItsState() {
    String custom = "runtime: custom, customRuntime: {image: x}, bridge: {protocol: claw-uds}";
    assertThat(Defaulting.isSingleWriter(spec("{" + custom + "}"))).isFalse();
    assertThat(Defaulting.isSingleWriter(spec("{" + custom + ", channels: [{name: web}]}")))
        .isTrue();
  }

  @Test
  void falseSurvivesTheWayThroughTheRecordsAndBack() {
    String yaml =
        "{runtime: openclaw, suspend: false, security: {networkPolicy: {enabled: false}},"
            + " availability: {pdb: {enabled: false}}}";
    ClawSpec once = spec(yaml);
    ClawSpec twice = Serialization.unmarshal(Serialization.asJson(once), ClawSpec.class);
    assertThat(twice).isEqualTo(once);
    assertThat(Defaulting.networkPolicyEnabled(twice)).isFalse();
    assertThat(Defaulting.disruptionBudgetEnabled(twice)).isFalse();
  }

  @Test
  void durationsAreReadAsGoWritesThem() {
    assertThat(Durations.parse("1h30m5s")).isEqualTo(Duration.ofSeconds(5405));
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse("5 m"));
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(""));
  }
}
