package ai.prismer.claw.bus.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusFreezeTest {
  @Test
  void aBusThatWasStoppedGoesOnAndHasLostNothing(@TempDir Path folder) throws Exception {
    BusFreeze freeze = new BusFreeze(folder, Duration.ofSeconds(2));
    assertThat(freeze.run()).isNotNegative();
    assertThat(freeze.ledger().lost()).as("lost").isZero();
    assertThat(freeze.ledger().corrupt()).as("corrupt").isZero();
    assertThat(freeze.ledger().disordered()).as("out of order").isZero();
  }
}
