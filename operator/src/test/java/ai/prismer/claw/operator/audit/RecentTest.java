package ai.prismer.claw.operator.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.ClawIdentity;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Entry;
import ai.prismer.claw.gate.receipt.Frontier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentTest {
  private final Recent recent = new Recent();

  private static Draft draft(int number) {
    return Draft.of(
        new ClawIdentity("agents", "one", "uid"),
        new Entry.Ended(
            0,
            Digest.of("intent".getBytes(StandardCharsets.UTF_8)),
            Action.RESTART_POD,
            Entry.Ending.HEALTHY,
            "number " + number),
        Instant.EPOCH);
  }

  private void add(int number) {
    recent.add(number, draft(number).place(Frontier.EMPTY, List.of()).envelope());
  }

  @Test
  void nothingIsRememberedAtFirst() {
    assertThat(recent.from()).isEmpty();
    assertThat(recent.find(draft(1))).isEmpty();
  }

  @Test
  void aReceiptIsFoundByWhatItSays() {
    add(7);
    add(8);

    assertThat(recent.from()).hasValue(7);
    assertThat(recent.find(draft(8))).hasValue(8);
    assertThat(recent.find(draft(9))).isEmpty();
  }

  @Test
  void theOldestAreForgottenAndTheFirstThatIsLeftIsKnown() {
    for (int number = 0; number <= Recent.KEPT; number++) {
      add(number);
    }

    assertThat(recent.from()).hasValue(1);
    assertThat(recent.find(draft(0))).isEmpty();
    assertThat(recent.find(draft(1))).hasValue(1);
    assertThat(recent.find(draft(Recent.KEPT))).hasValue(Recent.KEPT);
  }
}
