package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.OpsStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdjustmentsTest {

  private static Adjustment memory(String value, long generation) {
    return new Adjustment("memory", value, "op", generation, "2026-03-01T12:00:00Z", null);
  }

  private static OpsStatus having(Adjustment... adjustments) {
    return OpsEdit.of(OpsStatus.EMPTY).adjustments(List.of(adjustments)).done();
  }

  @Test
  void takingBackARaiseLeavesTheOneBefore() {
    OpsStatus raised =
        OpsEdit.of(OpsStatus.EMPTY)
            .adjustments(Adjustments.raised(having(memory("96Mi", 1)), memory("160Mi", 2)))
            .done();

    assertThat(Adjustments.of(raised)).hasSize(2);
    assertThat(Adjustments.without(raised, 2)).containsExactly(memory("96Mi", 1));
  }

  @Test
  void onceARaiseIsKeptWhatLiesBelowIsForgotten() {
    assertThat(Adjustments.settled(having(memory("96Mi", 1), memory("1Gi", 3), memory("160Mi", 2))))
        .containsExactly(memory("1Gi", 3));
  }

  @Test
  void theListDoesNotGrowWithTheNumberOfHeals() {
    OpsStatus ops = OpsStatus.EMPTY;
    for (int heal = 1; heal < 100; heal++) {
      ops = OpsEdit.of(ops).adjustments(Adjustments.raised(ops, memory(heal + "Mi", heal))).done();
    }

    assertThat(Adjustments.of(ops)).hasSize(2);
  }
}
