package ai.prismer.claw.bus.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusCrashTest {
  @Test
  void whatAKilledBusAcknowledgedIsDeliveredAndAnsweredByTheNextOnes(@TempDir Path folder)
      throws Exception {
    Ledger ledger = new BusCrash(folder, new Random()).run(3);
    assertThat(ledger.acknowledged()).isPositive();
    assertThat(ledger.lost()).as("lost").isZero();
    assertThat(ledger.corrupt()).as("corrupt").isZero();
    assertThat(ledger.disordered()).as("out of order").isZero();
  }
}
