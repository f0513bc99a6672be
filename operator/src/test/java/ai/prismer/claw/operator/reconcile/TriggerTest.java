package ai.prismer.claw.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

/** Whom an object's label asks for. */
class TriggerTest {
  private final Asked asked = new Asked();

  @Test
  void theClawThatTheLabelNames() {
    asked.ownerOf(
        new PodBuilder()
            .withNewMetadata()
            .withNamespace("team")
            .addToLabels(Keys.LABEL_INSTANCE, "one")
            .endMetadata()
            .build());

    assertThat(asked.names()).containsExactly("team/one");
  }

  @Test
  void withoutALabelNobody() {
    asked.ownerOf(new PodBuilder().withNewMetadata().withNamespace("team").endMetadata().build());

    assertThat(asked.names()).isEmpty();
  }
}
