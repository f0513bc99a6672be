package ai.prismer.claw.gate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.gate.intent.Action;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RuleBookReaderTest {

  @Test
  void nothingWrittenIsTheDefaults() {
    assertThat(read("")).isEqualTo(new RuleBookReader.Reading(RuleBook.DEFAULT, List.of()));
    assertThat(read("rules: []\nsignals: {}").book()).isEqualTo(RuleBook.DEFAULT);
  }

  @Test
  void oneValueOfADefaultIsChangedAndTheRestStays() {
    RuleBookReader.Reading reading =
        read("rules: [{id: oom-bump-memory, factor: 2, cooldown: 30s}]");

    assertThat(reading.complaints()).isEmpty();
    Rule changed = rule(reading, "oom-bump-memory");
    assertThat(changed.factor()).isEqualByComparingTo(BigDecimal.TWO);
    assertThat(changed.cooldown()).isEqualTo(Duration.ofSeconds(30));
    assertThat(changed.minCount()).isEqualTo(2);
    assertThat(reading.book().rules()).hasSize(RuleBook.DEFAULT.rules().size());
  }

  @Test
  void aRuleIsTakenOutOfForceByItsOldNameToo() {
    assertThat(read("rules: [{id: high-cpu-bump-request, enabled: false}]").book().rules())
        .extracting(Rule::id)
        .doesNotContain("high-cpu-bump-cpu")
        .contains("oom-bump-memory");
  }

  @Test
  void aNewRuleNeedsAllThatHasNoDefault() {
    RuleBookReader.Reading reading =
        read(
            """
            rules:
              - {id: restart-soon, signal: CrashLoop, minCount: 3, window: 5m, action: restart-pod, cooldown: 10m}
              - {id: half, signal: CrashLoop, action: restart-pod, cooldown: 10m}
            """);

    assertThat(rule(reading, "restart-soon").action()).isEqualTo(Action.RESTART_POD);
    assertThat(reading.complaints()).containsExactly("rules[1] is left out: window is missing");
  }

  @Test
  void aMistakeCostsItsOwnEntryAndIsNamedWithPlaceValueAndWhatIsAllowed() {
    RuleBookReader.Reading reading =
        read(
            """
            rules:
              - {id: oom-bump-memory, factr: 2}
              - {id: high-cpu-bump-cpu, factor: 3}
              - {id: crashloop-restart-pod, window: soon}
              - {id: evicted-restart-pod, action: delete-claw}
              - {id: high-memory-bump-memory, factor: 1.1}
              - 7
            signals:
              HighMemory: {above: 0.5, for: 10s}
              HighDisk: {above: 0.5}
            other: 1
            """);

    assertThat(reading.complaints())
        .anyMatch(each -> each.startsWith("rules[0].factr is not known; here there are action,"))
        .contains(
            "rules[0] is left out: a key in it is not known",
            "rules[1] is left out: rule: factor is more than 1 and at most 2",
            "rules[2] is left out: window: not a duration: \"soon\"; write it like 30s, 5m or 1h30m",
            "rules[3] is left out: action: delete-claw is none of bump-memory, bump-cpu and"
                + " restart-pod",
            "rules[5] is left out: it must be an object",
            "signals.HighDisk is not known; here there are Evicted, HighCPU, HighMemory",
            "other is not known; here there are rules, signals");
    assertThat(rule(reading, "oom-bump-memory")).isEqualTo(Rule.OOM_BUMP_MEMORY);
    assertThat(rule(reading, "high-memory-bump-memory").factor()).isEqualByComparingTo("1.1");
    assertThat(reading.book().thresholds().memoryAbove()).isEqualTo(0.5);
    assertThat(reading.book().thresholds().memoryFor()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aThresholdOutsideItsRangeLeavesAllSignalsAsTheyWere() {
    RuleBookReader.Reading reading = read("signals: {HighCPU: {above: 1.5}}");

    assertThat(reading.book().thresholds()).isEqualTo(Thresholds.DEFAULT);
    assertThat(reading.complaints())
        .containsExactly("signals are left as they were: cpuAbove is 1.5; it lies between 0 and 1");
  }

  @Test
  void noTextWhateverItIsTakesTheDefaultsAway() {
    assertThat(read("[").complaints()).singleElement().asString().startsWith("no YAML, none of it");
    assertThat(read("a: &x [*x, *x]").book()).isEqualTo(RuleBook.DEFAULT);
    assertThat(read("rules: 5").complaints()).containsExactly("rules must be a list");
    assertThat(read("x".repeat(RuleBookReader.MAX_LENGTH + 1)).complaints()).hasSize(1);
    assertThat(read("{".repeat(10_000)).book()).isEqualTo(RuleBook.DEFAULT);
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder("rules: [{id: oom-bump-memory, factor: 2}]");
      for (int edit = random.nextInt(4); edit >= 0; edit--) {
        text.setCharAt(
            random.nextInt(text.length()), "{}[]:,&*!|>'\"\n -a0".charAt(random.nextInt(18)));
      }
      assertThat(read(text.toString()).book().rules()).isNotEmpty();
    }
  }

  private static RuleBookReader.Reading read(String yaml) {
    return RuleBookReader.read(yaml, RuleBook.DEFAULT);
  }

  private static Rule rule(RuleBookReader.Reading reading, String id) {
    return reading.book().rules().stream()
        .filter(rule -> rule.id().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
