package ai.prismer.claw.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.operator.model.Claws;
import org.junit.jupiter.api.Test;

class OwnWritesTest {

  private final OwnWrites writes = new OwnWrites();

  @Test
  void aReadIsNeverOlderThanTheLastOwnWrite() {
    Claw written = version("12");
    writes.note(written);

    assertThat(writes.newest(version("9"))).isSameAs(written);
    Claw later = version("13");
    assertThat(writes.newest(later)).isSameAs(later);
    Claw old = version("9");
    assertThat(writes.newest(old)).as("the echo has arrived, nothing is held").isSameAs(old);
  }

  @Test
  void anEchoIsWhatShowsNoMoreThanTheLastOwnWrite() {
    assertThat(writes.isEcho(version("9"))).as("nothing written").isFalse();
    writes.note(version("12"));

    assertThat(writes.isEcho(version("9"))).isTrue();
    assertThat(writes.isEcho(version("12"))).isTrue();
    assertThat(writes.isEcho(version("100"))).isFalse();
  }

  private static Claw version(String version) {
    Claw claw = Claws.openclaw();
    claw.getMetadata().setResourceVersion(version);
    return claw;
  }
}
