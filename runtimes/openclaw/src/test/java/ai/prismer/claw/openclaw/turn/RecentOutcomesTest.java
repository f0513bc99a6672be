package ai.prismer.claw.openclaw.turn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentOutcomesTest {
  @Test
  void theOldestGoWhenTheTextIsTooLong() {
    RecentOutcomes recent = new RecentOutcomes(10);
    recent.put("a", new Outcome.Aborted("12345"));
    recent.put("b", new Outcome.Aborted("12345"));
    assertThat(recent.get("a")).isPresent();

    recent.put("c", new Outcome.Aborted("1"));
    assertThat(recent.get("a")).isEmpty();
    assertThat(recent.get("b")).isPresent();

    recent.put("d", new Outcome.Aborted("longer than all"));
    assertThat(recent.get("c")).isEmpty();
    assertThat(recent.get("d")).isPresent();
  }

  @Test
  void theirNumberIsBoundedToo() {
    RecentOutcomes recent = new RecentOutcomes(10);
    for (int i = 0; i < 300; i++) {
      recent.put("r" + i, new Outcome.Interrupted());
    }
    assertThat(recent.get("r43")).isEmpty();
    assertThat(recent.get("r44")).isPresent();
  }
}
