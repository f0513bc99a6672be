package ai.prismer.claw.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code make crash-operator}, a few rounds of it. */
@Tag("long")
class OperatorCrashIT {
  private static final int ROUNDS = 8;

  @Test
  void whateverAKilledOperatorBeganIsDoneOnceAndTheBooksAreTrue() throws Exception {
    assertThat(OperatorCrash.run(Path.of(System.getProperty("claw.root")), ROUNDS, 11)).isTrue();
  }
}
