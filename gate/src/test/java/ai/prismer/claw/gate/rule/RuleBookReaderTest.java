package ai.prismer.claw.gate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.rule.RuleBookReader.Problem;
import ai.prismer.claw.gate.rule.RuleBookReader.Reading;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleBookReaderTest {
  private static Reading read(Map<String, String> data) {
    return RuleBookReader.read(data, RuleBook.DEFAULT);
  }

  private static Reading rules(String yaml) {
    return read(Map.of("rules", yaml));
  }

  private static Reading signals(String yaml) {
    return read(Map.of("signals", yaml));
  }

  private static RuleBook good(Reading reading) {
    assertThat(reading.problems()).isEmpty();
    return reading.book();
  }

  private static Rule rule(Reading reading, String id) {
    return good(reading).rule(id).orElseThrow();
  }

  private static String problem(Reading reading) {
    assertThat(reading.problems()).hasSize(1);
    return reading.problems().getFirst().toString();
  }

  // What is written

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "# nothing yet\n", "---\n", "[]", "{}"})
  void nothingWrittenIsWhatIsBuiltIn(String yaml) {
    assertThat(read(Map.of()).book()).isEqualTo(RuleBook.DEFAULT);
    assertThat(rules(yaml.equals("{}") ? "" : yaml).book()).isEqualTo(RuleBook.DEFAULT);
    assertThat(good(signals(yaml.equals("[]") ? "" : yaml))).isEqualTo(RuleBook.DEFAULT);
  }

  @Test
  void aRuleIsChangedFieldByField() {
    Rule rule =
        rule(
            rules("- id: oom-bump-memory\n  minCount: 3\n  factor: 2\n  cooldown: 1h30m"),
            "oom-bump-memory");

    assertThat(rule.minCount()).isEqualTo(3);
    assertThat(rule.remedy()).isEqualTo(new Remedy.Raise(Action.BUMP_MEMORY, BigDecimal.TWO));
    assertThat(rule.cooldown()).isEqualTo(Duration.ofMinutes(90));
    assertThat(rule.window()).isEqualTo(Rule.OOM_BUMP_MEMORY.window());
    assertThat(rule.container()).isEqualTo("runtime");
  }

  @Test
  void aRuleIsSwitchedOffAndTheOthersStay() {
    RuleBook book = good(rules("- {id: crashloop-restart-pod, disabled: true}"));

    assertThat(book.rule("crashloop-restart-pod")).isEmpty();
    assertThat(book.rules()).hasSize(Rule.DEFAULTS.size() - 1);
  }

  @Test
  void aRuleIsAdded() {
    Rule rule =
        rule(
            rules(
                """
                - id: probes-restart-pod
                  signal: ProbeFailure
                  container: runtime
                  minSeverity: Medium
                  minCount: 2
                  window: 10m
                  action: restart-pod
                  cooldown: 20m
                  unlessOwnChange: true
                """),
            "probes-restart-pod");

    assertThat(rule)
        .isEqualTo(
            new Rule(
                "probes-restart-pod",
                SignalType.PROBE_FAILURE,
                "runtime",
                Severity.MEDIUM,
                2,
                Duration.ofMinutes(10),
                new Remedy.Ask(Action.RESTART_POD, Map.of()),
                Duration.ofMinutes(20),
                true));
  }

  @Test
  void anAddedRuleNeedsOnlyWhatItCountsAndWhatItAsksFor() {
    Rule rule = rule(rules("- {id: r, signal: PodPending, action: rollout-restart}"), "r");

    assertThat(rule.container()).isNull();
    assertThat(rule.minCount()).isEqualTo(1);
    assertThat(rule.window()).isEqualTo(Duration.ofMinutes(30));
    assertThat(rule.cooldown()).isEqualTo(Duration.ofMinutes(30));
  }

  @Test
  void parametersInsteadOfAFactor() {
    assertThat(
            rule(
                    rules(
                        "- {id: oom-bump-memory, params: {target: 1Gi}}\n"
                            + "- {id: r, signal: CrashLoop, action: scale-replicas, params:"
                            + " {replicas: \"2\"}}"),
                    "oom-bump-memory")
                .remedy())
        .isEqualTo(new Remedy.Ask(Action.BUMP_MEMORY, Map.of("target", "1Gi")));
  }

  @Test
  void anotherActionInheritsNoFactor() {
    assertThat(
            rule(rules("- {id: oom-bump-memory, action: restart-pod}"), "oom-bump-memory").remedy())
        .isEqualTo(new Remedy.Ask(Action.RESTART_POD, Map.of()));
    assertThat(problem(rules("- {id: oom-bump-memory, action: bump-cpu}")))
        .contains("factor: it is missing; bump-cpu needs a factor");
  }

  @Test
  void theNameThatARuleHadInTheOriginalIsUnderstood() {
    RuleBook book = good(rules("- {id: high-cpu-bump-request, disabled: true}"));

    assertThat(book.rule("high-cpu-bump-cpu")).isEmpty();
  }

  @Test
  void theSettingsOfSignals() {
    SignalSettings settings =
        good(signals(
                """
                HighCPU: {above: 0.8, for: 10s, severity: High}
                HighMemory: {above: 0.5}
                CrashLoop: {above: 1, within: 1m}
                Evicted: {for: 5s}
                PodPending: {for: 30s}
                ProbeFailure: {above: 0, within: 1h, for: 1m}
                ChannelDisconnect: {for: 10s, severity: Medium}
                OOMKilled: {severity: Critical}
                """))
            .signals();

    assertThat(settings.highCpu())
        .isEqualTo(new SignalSettings.Saturation(new BigDecimal("0.8"), Duration.ofSeconds(10)));
    assertThat(settings.highMemory())
        .isEqualTo(new SignalSettings.Saturation(new BigDecimal("0.5"), Duration.ofMinutes(5)));
    assertThat(settings.crashLoop()).isEqualTo(new SignalSettings.Burst(1, Duration.ofMinutes(1)));
    assertThat(settings.evicted()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.podPending()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.livenessKills())
        .isEqualTo(new SignalSettings.Burst(0, Duration.ofHours(1)));
    assertThat(settings.notReady()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.channelDisconnect()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.severity(SignalType.CHANNEL_DISCONNECT)).isEqualTo(Severity.MEDIUM);
    assertThat(settings.severity(SignalType.HIGH_CPU)).isEqualTo(Severity.HIGH);
    assertThat(settings.severity(SignalType.OOM_KILLED)).isEqualTo(Severity.CRITICAL);
    assertThat(settings.severity(SignalType.CRASH_LOOP)).isEqualTo(Severity.HIGH);
  }

  // What does not fit

  @Test
  void aRuleThatDoesNotFitIsNamedWithItsLineAndTheOthersAreInForce() {
    Reading reading =
        rules(
            """
            - id: high-cpu-bump-cpu
              cooldown: 5m
            - id: oom-bump-memory
              minCount: 2
              factor: 3
            - id: evicted-restart-pod
              disabled: true
            """);

    assertThat(problem(reading))
        .isEqualTo(
            "rules, line 5, rule oom-bump-memory, factor: \"3\" is not allowed; write a number"
                + " above 1 and at most 2; the built-in rule stays");
    assertThat(reading.book().rule("oom-bump-memory")).contains(Rule.OOM_BUMP_MEMORY);
    assertThat(reading.book().rule("high-cpu-bump-cpu").orElseThrow().cooldown())
        .isEqualTo(Duration.ofMinutes(5));
    assertThat(reading.book().rule("evicted-restart-pod")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "- {id: oom-bump-memory, minCount: 0} | minCount: \"0\" is not allowed; write a whole"
            + " number from 1 to 10",
        "- {id: oom-bump-memory, minCount: 1.5} | minCount: \"1.5\" is not allowed",
        "- {id: oom-bump-memory, minCount: 1e9} | minCount: \"1e9\" is not allowed",
        "- {id: oom-bump-memory, minCount: [2]} | minCount: a list is not allowed here; write a",
        "- {id: oom-bump-memory, factor: 1} | factor: \"1\" is not allowed; write a number above 1",
        "- {id: oom-bump-memory, factor: .inf} | factor: \".inf\" is not allowed",
        "- {id: oom-bump-memory, factor: 2.0000000000000000001} | is not allowed",
        "- {id: oom-bump-memory, window: 30} | window: \"30\" is not allowed; write a duration",
        "- {id: oom-bump-memory, window: 25h} | window: \"25h\" is not allowed; write a duration",
        "- {id: oom-bump-memory, cooldown: 0s} | cooldown: \"0s\" is not allowed",
        "- {id: oom-bump-memory, cooldown: 999999999h999999999h} | is not allowed",
        "- {id: oom-bump-memory, signal: OomKilled} | signal: \"OomKilled\" is not allowed; write"
            + " one of OOMKilled, CrashLoop, Evicted, HighMemory, HighCPU, PodPending,"
            + " ProbeFailure, ChannelDisconnect",
        "- {id: oom-bump-memory, action: exec} | action: \"exec\" is not allowed; write one of",
        "- {id: oom-bump-memory, container: sidecar} | so container must be runtime",
        "- {id: oom-bump-memory, container: ''} | container: \"\" is not allowed",
        "- {id: oom-bump-memory, minSeverity: urgent} | write one of Low, Medium, High, Critical",
        "- {id: oom-bump-memory, disabled: yes} | disabled: \"yes\" is not allowed; write true or",
        "- {id: oom-bump-memory, factor: 2, params: {target: 1Gi}} | exclude each other",
        "- {id: crashloop-restart-pod, factor: 2} | restart-pod has no factor",
        "- {id: crashloop-restart-pod, params: {node: x}} | there is no such field; there are pod",
        "- {id: crashloop-restart-pod, params: {pod: ''}} | pod: \"\" is not allowed",
        "- {id: evicted-restart-pod, container: runtime} | whole pod",
        "- {id: OOM} | id: \"OOM\" is not allowed; write a name of a-z, 0-9 and -",
        "- {minCount: 2} | id: it is missing; name the rule",
        "- {id: oom-bump-memroy, disabled: true} | signal: it is missing, and there is no rule"
            + " \"oom-bump-memroy\" whose signal it could keep",
        "- {id: r, signal: OOMKilled} | action: it is missing",
        "- {id: r, signal: OOMKilled, action: bump-memory, factor: 2} | container must be runtime",
        "- {id: oom-bump-memory, rounding: 1} | rounding: there is no such field; there are action,"
            + " container, cooldown",
        "- oom-bump-memory | a rule is written as keys with values, not as text",
        "- [] | a rule is written as keys with values, not as a list",
        "- | a rule is written as keys with values, not as text",
      })
  void aFieldThatDoesNotFitSaysWhatIsAllowed(String yaml, String reason) {
    Reading reading = rules(yaml);

    assertThat(problem(reading)).contains(reason);
    assertThat(reading.book()).isEqualTo(RuleBook.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "oom-bump-memory: {minCount: 3} | rules are a list",
        "just words | rules are a list",
        "- {id: oom-bump-memory, id: x} | id: this key stands here twice",
        "- &a {id: oom-bump-memory} | anchors and aliases are not read",
        "- *a | anchors and aliases are not read",
        "- !!java.lang.Object {id: x} | tags are not read",
        "- {id: oom-bump-memory | no YAML",
        "@x | no YAML",
        "[[[[[[[[[[]]]]]]]]]] | nested more deeply",
        "? [a] : b | a key is a word",
      })
  void whatIsNoListOfRulesAtAllChangesNothing(String yaml, String reason) {
    RuleBook before = good(rules("- {id: crashloop-restart-pod, disabled: true}"));

    Reading reading = RuleBookReader.read(Map.of("rules", yaml), before);

    assertThat(problem(reading)).contains(reason).contains("in force before stay so");
    assertThat(reading.book()).as("what was switched off stays off").isEqualTo(before);
  }

  @Test
  void theLineOfABrokenTextIsNamed() {
    assertThat(problem(rules("- id: oom-bump-memory\n  minCount: 2\n factor: 2\n")))
        .startsWith("rules, line 3: no YAML");
    assertThat(problem(rules("- id: oom-bump-memory\n--- \n- id: x\n")))
        .contains("second document");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HighCpu: {above: 0.5} | HighCpu: there is no such signal; there are OOMKilled",
        "HighCPU: {above: 95} | above: \"95\" is not allowed; write a share of the limit above 0",
        "HighCPU: {above: 0} | above: \"0\" is not allowed",
        "HighCPU: {above: 1.0} | above: \"1.0\" is not allowed",
        "HighCPU: {for: 100ms} | for: \"100ms\" is not allowed; write a duration from 1s to 24h",
        "HighCPU: {within: 5m} | there is no such field; there are above, for, severity",
        "OOMKilled: {above: 1} | there is no such field; there are severity",
        "CrashLoop: {above: 11} | write a whole number from 0 to 10",
        "HighCPU: 0.5 | the setting of a signal is written as keys with values",
      })
  void aSettingThatDoesNotFitSaysWhatIsAllowed(String yaml, String reason) {
    Reading reading = signals(yaml + "\nEvicted: {for: 5s}");

    assertThat(problem(reading)).contains(reason);
    assertThat(reading.book().signals().evicted()).isEqualTo(Duration.ofSeconds(5));
    assertThat(reading.book().signals().highCpu()).isEqualTo(SignalSettings.DEFAULT.highCpu());
  }

  @Test
  void aSettingOfWhichOnePartDoesNotFitHasNoEffectAtAll() {
    Reading reading = signals("ProbeFailure: {for: 1m, above: x}");

    assertThat(reading.problems()).hasSize(1);
    assertThat(reading.book()).isEqualTo(RuleBook.DEFAULT);
  }

  @Test
  void theSecondRuleOfOneNameIsNotRead() {
    Reading reading =
        rules("- {id: oom-bump-memory, minCount: 3}\n- {id: oom-bump-memory, minCount: 4}");

    assertThat(problem(reading)).contains("line 2").contains("further up already");
    assertThat(reading.book().rule("oom-bump-memory").orElseThrow().minCount()).isEqualTo(3);
  }

  @Test
  void aKeyThatNobodyReadsIsNamed() {
    assertThat(problem(read(Map.of("rule", "")))).contains("there is no such key");
  }

  // Bounds

  @Test
  void thereAreOnlySoManyRulesAndComplaints() {
    String many =
        IntStream.range(0, 100)
            .mapToObj(n -> "- {id: r" + n + ", signal: CrashLoop, action: restart-pod}")
            .collect(Collectors.joining("\n"));

    Reading reading = rules(many);

    assertThat(reading.book().rules()).hasSize(RuleBookReader.MAX_RULES);
    assertThat(reading.problems()).hasSize(16);
    assertThat(reading.problems().getFirst().reason()).contains("more than 32 rules");
  }

  @Test
  void aTextThatIsTooLongIsNotRead() {
    assertThat(problem(rules("#".repeat(70_000)))).contains("longer than 65536 characters");
  }

  @Test
  void hostileTextReachesNobodysScreen() {
    Map<String, String> data = new HashMap<>();
    data.put("rules", "- {id: \"\\e[2J\\u202e\"}");
    data.put("\u001b]8;;", "x");

    List<Problem> problems = read(data).problems();

    assertThat(problems).hasSize(2);
    assertThat(problems.toString()).doesNotContain("\u001b", "\u202e");
  }
}
