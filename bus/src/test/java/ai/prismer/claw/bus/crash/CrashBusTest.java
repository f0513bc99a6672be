package ai.prismer.claw.bus.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashBusTest {
  @Test
  void whatAKilledProcessAcceptedIsDeliveredByTheNextOnes(@TempDir Path folder) throws Exception {
    Books books = new CrashBus(folder, new Random()).run(4);
    assertThat(books.accepted()).isPositive();
    assertThat(books.lost()).as("lost").isZero();
    assertThat(books.corrupt()).as("corrupt").isZero();
    assertThat(books.disordered()).as("out of order").isZero();
  }
}
