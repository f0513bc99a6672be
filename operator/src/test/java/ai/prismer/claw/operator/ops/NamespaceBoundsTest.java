package ai.prismer.claw.operator.ops;

import static ai.prismer.claw.operator.ops.Scenes.MI;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.gate.decision.Limits;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A container that requests 32Mi and is limited to 64Mi. */
class NamespaceBoundsTest {
  private static final Sight SIGHT = Scenes.sight(Scenes.claw(), "64Mi", Scenes.ready("p", "64Mi"));

  private static LimitRange range(String type, String max, String ratio) {
    var item = new LimitRangeBuilder().withNewSpec().addNewLimit().withType(type);
    if (!max.isEmpty()) {
      item.addToMax("memory", Quantity.parse(max));
    }
    if (!ratio.isEmpty()) {
      item.addToMaxLimitRequestRatio("memory", Quantity.parse(ratio));
    }
    return item.endLimit().endSpec().build();
  }

  private static ResourceQuota quota(String key, String hard, String used, String... scopes) {
    return new ResourceQuotaBuilder()
        .withNewSpec()
        .withScopes(scopes)
        .endSpec()
        .withNewStatus()
        .withHard(Map.of(key, Quantity.parse(hard)))
        .withUsed(Map.of(key, Quantity.parse(used)))
        .endStatus()
        .build();
  }

  private static OptionalLong memory(List<LimitRange> ranges, List<ResourceQuota> quotas) {
    return new NamespaceBounds(ranges, quotas).of(SIGHT).memoryBytes();
  }

  @Test
  void aNamespaceThatSetsNothingBoundsNothing() {
    assertThat(new NamespaceBounds(List.of(), List.of()).of(SIGHT)).isEqualTo(Limits.NONE);
    assertThat(memory(List.of(range("PersistentVolumeClaim", "1Gi", "")), List.of())).isEmpty();
  }

  @Test
  void theSmallestOfAllMaximaAndRatiosCounts() {
    assertThat(memory(List.of(range("Container", "90Mi", "")), List.of())).hasValue(90 * MI);
    assertThat(memory(List.of(range("Pod", "80Mi", ""), range("Container", "90Mi", "")), List.of()))
        .hasValue(80 * MI);
    assertThat(memory(List.of(range("Container", "", "2.5")), List.of())).hasValue(80 * MI);
  }

  @Test
  void aQuotaLeavesWhatIsFreeBesidesWhatThePodHasAlready() {
    assertThat(memory(List.of(), List.of(quota("limits.memory", "1Gi", "1000Mi"))))
        .hasValue(88 * MI);
    assertThat(memory(List.of(), List.of(quota("limits.memory", "1Gi", "2Gi"))))
        .as("overdrawn: nothing, which is written as the smallest amount")
        .hasValue(1);
  }

  @Test
  void requestsAreBoundedOnlyWhereTheyMoveWithTheLimit() {
    List<ResourceQuota> requests = List.of(quota("requests.memory", "1Gi", "1000Mi"));

    assertThat(memory(List.of(), requests)).isEmpty();
    Claw equal =
        Serialization.unmarshal(
            Serialization.asYaml(Scenes.claw()).replace("32Mi", "64Mi"), Claw.class);
    assertThat(
            new NamespaceBounds(List.of(), requests)
                .of(Scenes.sight(equal, "64Mi", Scenes.ready("p", "64Mi")))
                .memoryBytes())
        .hasValue(88 * MI);
  }

  @Test
  void quotasForOtherPodsBoundNothing() {
    assertThat(memory(List.of(), List.of(quota("limits.memory", "1Mi", "0", "Terminating"))))
        .isEmpty();
    assertThat(memory(List.of(), List.of(quota("limits.memory", "1Mi", "0", "NotTerminating"))))
        .hasValue(65 * MI);
  }
}
