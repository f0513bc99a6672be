package ai.prismer.claw.bus.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusCrashTest {
  @TempDir private Path folder;

  @Test
  void whatAKilledBusAcknowledgedIsDeliveredAndAnsweredByTheNextOnes() throws Exception {
    nothingIsLostIn(3);
  }

  @Test
  @Tag("long")
  void norIsAnythingLostInAHundredKills() throws Exception {
    nothingIsLostIn(100);
  }

  private void nothingIsLostIn(int rounds) throws Exception {
    Ledger ledger = new BusCrash(folder, new Random()).run(rounds);
    assertThat(ledger.acknowledged()).isPositive();
    assertThat(ledger.lost()).as("lost").isZero();
    assertThat(ledger.corrupt()).as("corrupt").isZero();
    assertThat(ledger.disordered()).as("out of order").isZero();
  }
}
