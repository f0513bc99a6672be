package ai.prismer.claw.operator.channels;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawChannel;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.operator.model.Claws;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelDecisionTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Claw USER = Claws.of("spec: {runtime: openclaw, channels: [{name: web}]}\n");
  private static final Claw OTHER = Claws.of("spec: {runtime: openclaw, channels: [{name: tv}]}\n");

  @Test
  void aChannelIsHeldAndSaysWhoUsesIt() {
    ChannelDecision decision = ChannelDecision.of(channel(false), List.of(USER, OTHER), NOW);

    assertThat(decision.finalizers()).containsExactly(Keys.CHANNEL_FINALIZER);
    assertThat(decision.status().referenceCount()).isEqualTo(1);
    assertThat(decision.status().referencingClaws()).containsExactly("my-agent");
    assertThat(decision.status().conditions())
        .singleElement()
        .satisfies(condition -> assertThat(condition.status()).isEqualTo("True"));
  }

  @Test
  void deletionWaitsWhileAClawNamesIt() {
    ClawChannel going = channel(true, Keys.CHANNEL_FINALIZER, Keys.OLD_CHANNEL_FINALIZER, "theirs");

    assertThat(ChannelDecision.of(going, List.of(USER), NOW).finalizers())
        .containsExactly(Keys.CHANNEL_FINALIZER, "theirs");
    assertThat(ChannelDecision.of(going, List.of(USER), NOW).status().conditions())
        .singleElement()
        .satisfies(condition -> {
          assertThat(condition.reason()).isEqualTo("DeletionWaits");
          assertThat(condition.message()).contains("my-agent");
        });
    assertThat(ChannelDecision.of(going, List.of(OTHER), NOW).finalizers())
        .containsExactly("theirs");
  }

  @Test
  void aClawOfAnotherNamespaceDoesNotCount() {
    ClawChannel elsewhere = channel(false);
    elsewhere.getMetadata().setNamespace("other");

    assertThat(ChannelDecision.of(elsewhere, List.of(USER), NOW).status().referenceCount())
        .isZero();
  }

  private static ClawChannel channel(boolean going, String... finalizers) {
    ClawChannel channel = new ClawChannel();
    channel.setMetadata(
        new ObjectMetaBuilder()
            .withName("web")
            .withNamespace("team")
            .withGeneration(1L)
            .withFinalizers(finalizers)
            .withDeletionTimestamp(going ? NOW.toString() : null)
            .build());
    return channel;
  }
}
