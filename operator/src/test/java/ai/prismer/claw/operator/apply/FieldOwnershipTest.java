package ai.prismer.claw.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldOwnershipTest {

  @Test
  void whatOurCreationOwnsBecomesWhatOurApplyOwns() {
    ManagedFieldsEntry foreign = entry("kubectl", "Update", Map.of("f:data", Map.of()));
    ManagedFieldsEntry status = entry("k8s4claw", "Update", Map.of("f:status", Map.of()));
    status.setSubresource("status");

    List<ManagedFieldsEntry> upgraded =
        FieldOwnership.upgraded(
                List.of(entry("k8s4claw", "Update", Map.of("f:spec", Map.of())), foreign, status),
                "k8s4claw")
            .orElseThrow();

    assertThat(upgraded)
        .containsExactly(foreign, status, entry("k8s4claw", "Apply", Map.of("f:spec", Map.of())));
  }

  @Test
  void anEarlierApplyAndACreationBecomeOneWithTheFieldsOfBoth() {
    List<ManagedFieldsEntry> upgraded =
        FieldOwnership.upgraded(
                List.of(
                    entry("k8s4claw", "Apply", Map.of("f:spec", Map.of("f:a", Map.of()))),
                    entry("k8s4claw", "Update", Map.of("f:spec", Map.of("f:b", Map.of())))),
                "k8s4claw")
            .orElseThrow();

    assertThat(upgraded)
        .containsExactly(
            entry("k8s4claw", "Apply", Map.of("f:spec", Map.of("f:a", Map.of(), "f:b", Map.of()))));
  }

  @Test
  void withoutACreationOfOursThereIsNothingToDo() {
    assertThat(
            FieldOwnership.upgraded(
                List.of(entry("k8s4claw", "Apply", Map.of()), entry("other", "Update", Map.of())),
                "k8s4claw"))
        .isEmpty();
  }

  private static ManagedFieldsEntry entry(
      String manager, String operation, Map<String, Object> fields) {
    return new ManagedFieldsEntryBuilder()
        .withManager(manager)
        .withOperation(operation)
        .withApiVersion("v1")
        .withNewFieldsV1()
        .withAdditionalProperties(fields)
        .endFieldsV1()
        .build();
  }
}
