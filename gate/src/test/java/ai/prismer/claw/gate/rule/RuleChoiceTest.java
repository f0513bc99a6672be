package ai.prismer.claw.gate.rule;

import static ai.prismer.claw.gate.decision.Worlds.NOW;
import static ai.prismer.claw.gate.decision.Worlds.observed;
import static ai.prismer.claw.gate.decision.Worlds.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.gate.decision.Brakes;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Worlds;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.rule.Evaluation.CoolingDown;
import ai.prismer.claw.gate.rule.Evaluation.Emit;
import ai.prismer.claw.gate.rule.Evaluation.Quiet;
import ai.prismer.claw.gate.rule.Signal.Course;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which of several rules acts, on which pod, and on what evidence. */
class RuleChoiceTest {
  private static final String HEALTHY = "my-agent-0";
  private static final String FAILING = "my-agent-1";

  private static Signal signal(SignalType type, String pod, int key, Instant at, Course course) {
    String container = type.scope() == SignalType.Scope.POD ? null : "runtime";
    String uid = pod.equals(HEALTHY) ? "pod-uid-0" : "pod-uid-1";
    return new Signal(type, pod, uid, container, "k" + key, at, course);
  }

  private static List<Signal> crashes(String pod, int count) {
    return IntStream.range(0, count)
        .mapToObj(number ->
            signal(
                SignalType.CRASH_LOOP, pod, number, NOW.minusSeconds(number + 1), Course.HAPPENED))
        .toList();
  }

  private static List<Signal> kills(int count) {
    return IntStream.range(0, count)
        .mapToObj(number ->
            signal(
                SignalType.OOM_KILLED,
                HEALTHY,
                number,
                NOW.minusSeconds(number + 1),
                Course.HAPPENED))
        .toList();
  }

  private static Signal lasting(SignalType type, Duration ago, Course course) {
    return signal(type, HEALTHY, 0, NOW.minus(ago), course);
  }

  private static Evaluation evaluate(List<Signal> signals, Past past) {
    return Rules.evaluate(RuleBook.DEFAULT, signals, past, observed(), policy(), "op");
  }

  private static Evaluation evaluate(List<Signal> signals) {
    return evaluate(signals, Past.NONE);
  }

  private static void assertEmits(Evaluation evaluation, Rule rule, Map<String, String> params) {
    assertThat(evaluation)
        .isInstanceOfSatisfying(
            Emit.class,
            emit -> {
              assertThat(emit.rule()).isEqualTo(rule);
              assertThat(emit.intent().action()).isEqualTo(rule.action());
              assertThat(emit.intent().params()).isEqualTo(params);
            });
  }

  @Test
  void fiveCrashesOfOnePodRestartThatPodAndNoOther() {
    List<Signal> signals = new ArrayList<>(crashes(HEALTHY, 2));
    signals.addAll(crashes(FAILING, 5));

    assertEmits(evaluate(signals), Rule.CRASHLOOP_RESTART_POD, Map.of("pod", FAILING));
  }

  @Test
  void crashesOfSeveralPodsTogetherAreNotTheCrashLoopOfOne() {
    List<Signal> signals = new ArrayList<>(crashes(HEALTHY, 4));
    signals.addAll(crashes(FAILING, 4));

    assertThat(evaluate(signals)).isEqualTo(new Quiet());
  }

  @Test
  void theCrashesOfAPodThatIsGoneDoNotRestartItsSuccessor() {
    List<Signal> gone =
        crashes(FAILING, 5).stream()
            .map(crash ->
                new Signal(
                    crash.type(),
                    crash.pod(),
                    "an-earlier-uid",
                    crash.container(),
                    crash.key(),
                    crash.at(),
                    crash.course()))
            .toList();

    assertThat(evaluate(gone)).isEqualTo(new Quiet());
  }

  @Test
  void anEvictedPodThatStaysIsRestarted() {
    List<Signal> signals = List.of(signal(SignalType.EVICTED, FAILING, 1, NOW, Course.LASTS));

    assertEmits(evaluate(signals), Rule.EVICTED_RESTART_POD, Map.of("pod", FAILING));
  }

  @Test
  void aLimitThatIsNearlyUsedUpIsRaisedByAQuarter() {
    List<Signal> signals = List.of(lasting(SignalType.HIGH_MEMORY, Duration.ZERO, Course.LASTS));

    assertEmits(evaluate(signals), Rule.HIGH_MEMORY_BUMP_MEMORY, Map.of("target", "640Mi"));
    assertThat(((Emit) evaluate(signals)).intent().reason())
        .isEqualTo("HighMemory of container runtime: bump-memory from 512Mi to 640Mi");
  }

  @Test
  void aThrottledRuntimeGetsHalfMoreCpu() {
    List<Signal> signals = List.of(lasting(SignalType.HIGH_CPU, Duration.ZERO, Course.LASTS));

    assertEmits(evaluate(signals), Rule.HIGH_CPU_BUMP_CPU, Map.of("target", "1500m"));
  }

  @Test
  void theMoreUrgentSignalIsAnsweredFirst() {
    List<Signal> signals = new ArrayList<>();
    signals.add(lasting(SignalType.HIGH_CPU, Duration.ZERO, Course.LASTS));
    signals.add(lasting(SignalType.HIGH_MEMORY, Duration.ZERO, Course.LASTS));
    signals.addAll(kills(2));

    assertEmits(evaluate(signals), Rule.OOM_BUMP_MEMORY, Map.of("target", "768Mi"));
  }

  @Test
  void howUrgentASignalIsCanBeSaidOtherwise() {
    SignalSettings urgentCpu =
        new SignalSettings(
            Map.of(SignalType.HIGH_CPU, Severity.CRITICAL),
            SignalSettings.DEFAULT.crashLoop(),
            SignalSettings.DEFAULT.evicted(),
            SignalSettings.DEFAULT.highMemory(),
            SignalSettings.DEFAULT.highCpu(),
            SignalSettings.DEFAULT.podPending(),
            SignalSettings.DEFAULT.livenessKills(),
            SignalSettings.DEFAULT.notReady(),
            SignalSettings.DEFAULT.channelDisconnect());
    List<Signal> signals = new ArrayList<>(kills(2));
    signals.add(lasting(SignalType.HIGH_CPU, Duration.ZERO, Course.LASTS));

    assertEmits(
        Rules.evaluate(
            new RuleBook(Rule.DEFAULTS, urgentCpu), signals, Past.NONE, observed(), policy(), "op"),
        Rule.HIGH_CPU_BUMP_CPU,
        Map.of("target", "1500m"));
  }

  @Test
  void aRuleOnlyCountsWhatIsUrgentEnoughForIt() {
    Rule highOnly =
        new Rule(
            "r",
            SignalType.HIGH_CPU,
            "runtime",
            Severity.HIGH,
            1,
            Duration.ofMinutes(30),
            Rule.HIGH_CPU_BUMP_CPU.remedy(),
            Duration.ofMinutes(30),
            false);
    RuleBook book = new RuleBook(List.of(highOnly), SignalSettings.DEFAULT);
    List<Signal> signals = List.of(lasting(SignalType.HIGH_CPU, Duration.ZERO, Course.LASTS));

    assertThat(Rules.evaluate(book, signals, Past.NONE, observed(), policy(), "op"))
        .isEqualTo(new Quiet());
    assertThat(Rules.unanswered(book, signals, Past.NONE, observed())).isEqualTo(signals);
  }

  @Test
  void aRuleThatCoolsDownHoldsUpNoOther() {
    Past cooling =
        new Past(
            List.of(new LastAction(Rule.OOM_BUMP_MEMORY.id(), NOW.minusSeconds(60), 1)), List.of());
    List<Signal> signals = new ArrayList<>(kills(2));

    assertThat(evaluate(signals, cooling)).isInstanceOf(CoolingDown.class);
    signals.add(lasting(SignalType.HIGH_CPU, Duration.ZERO, Course.LASTS));
    assertEmits(evaluate(signals, cooling), Rule.HIGH_CPU_BUMP_CPU, Map.of("target", "1500m"));
  }

  @Test
  void ofSeveralRulesThatCoolDownTheFirstToBeDoneIsWaitedFor() {
    Instant acted = NOW.minusSeconds(60);
    Past cooling =
        new Past(
            List.of(
                new LastAction(Rule.OOM_BUMP_MEMORY.id(), acted, 4),
                new LastAction(Rule.HIGH_CPU_BUMP_CPU.id(), acted, 1)),
            List.of());
    List<Signal> signals = new ArrayList<>(kills(2));
    signals.add(lasting(SignalType.HIGH_CPU, Duration.ZERO, Course.LASTS));

    assertThat(evaluate(signals, cooling))
        .isEqualTo(new CoolingDown(Rule.HIGH_CPU_BUMP_CPU, acted.plus(Duration.ofMinutes(30))));
  }

  // What lasts

  @Test
  void whatGoesOnCountsHoweverLongAgoItBegan() {
    assertThat(evaluate(List.of(lasting(SignalType.HIGH_CPU, Duration.ofHours(3), Course.LASTS))))
        .isInstanceOf(Emit.class);
  }

  @Test
  void whatIsOverIsNoReasonOnItsOwn() {
    Signal over = lasting(SignalType.HIGH_CPU, Duration.ofMinutes(1), Course.ENDED);

    assertThat(evaluate(List.of(over))).isEqualTo(new Quiet());
  }

  @Test
  void whatGoesOnSinceBeforeTheLastAnswerIsAnswered() {
    Instant at = NOW.minus(Duration.ofMinutes(40));
    List<LastAction> acted = List.of(new LastAction(Rule.HIGH_CPU_BUMP_CPU.id(), at, 1));
    Past answered = new Past(acted, List.of(new Past.Change(Action.BUMP_CPU, at, true)));
    List<Signal> before =
        List.of(lasting(SignalType.HIGH_CPU, Duration.ofMinutes(41), Course.LASTS));
    List<Signal> after =
        List.of(lasting(SignalType.HIGH_CPU, Duration.ofMinutes(39), Course.LASTS));

    assertThat(evaluate(before, answered)).isEqualTo(new Quiet());
    assertThat(evaluate(after, answered)).isInstanceOf(Emit.class);
    assertThat(evaluate(before, new Past(acted, List.of())))
        .as("the rule was refused then, and nothing was done")
        .isInstanceOf(Emit.class);
  }

  // Our own changes

  @Test
  void whatWasSeenBeforeAChangeOfOursTellsAboutTheOldLimit() {
    List<Signal> signals =
        List.of(lasting(SignalType.HIGH_MEMORY, Duration.ofSeconds(60), Course.LASTS));

    assertThat(evaluate(signals, changed(NOW.minusSeconds(30), true))).isEqualTo(new Quiet());
    assertThat(evaluate(signals, changed(Action.BUMP_CPU, NOW.minusSeconds(30), true)))
        .as("the other limit is as it was")
        .isInstanceOf(Emit.class);
    assertThat(evaluate(signals, changed(NOW.minusSeconds(90), true))).isInstanceOf(Emit.class);
  }

  @Test
  void aCrashLoopAfterAChangeOfOursThatDidNotHelpIsForAPerson() {
    List<Signal> signals = crashes(FAILING, 5);
    Past ours = changed(NOW.minus(Duration.ofMinutes(20)), false);

    assertThat(evaluate(signals, ours)).isEqualTo(new Quiet());
    assertThat(Rules.unanswered(RuleBook.DEFAULT, signals, ours, observed())).isEqualTo(signals);
  }

  @Test
  void aCrashLoopAfterAChangeOfOursThatHeldOrLongAgoIsRestarted() {
    List<Signal> signals = crashes(FAILING, 5);

    assertThat(evaluate(signals, changed(NOW.minus(Duration.ofMinutes(20)), true)))
        .isInstanceOf(Emit.class);
    assertThat(evaluate(signals, changed(NOW.minus(Duration.ofHours(25)), false)))
        .isInstanceOf(Emit.class);
  }

  @Test
  void aCrashLoopSoonAfterAChangeOfOursIsForItsVerificationToFind() {
    Instant change = NOW.minus(Duration.ofMinutes(10));
    Observed recently = Worlds.withBrakes(observed(), new Brakes(1, null, change, false));

    assertThat(
            Rules.evaluate(
                RuleBook.DEFAULT,
                crashes(FAILING, 5),
                changed(change, true),
                recently,
                policy(),
                "op"))
        .isEqualTo(
            new CoolingDown(Rule.CRASHLOOP_RESTART_POD, change.plus(Duration.ofMinutes(15))));
  }

  @Test
  void aBudgetThatIsSpentIsWaitedFor() {
    Instant free = NOW.plusSeconds(90);
    Observed spent = Worlds.withBrakes(observed(), new Brakes(5, free, null, false));

    assertThat(Rules.evaluate(RuleBook.DEFAULT, kills(2), Past.NONE, spent, policy(), "op"))
        .isEqualTo(new CoolingDown(Rule.OOM_BUMP_MEMORY, free));
  }

  private static Past changed(Instant at, boolean helped) {
    return changed(Action.BUMP_MEMORY, at, helped);
  }

  private static Past changed(Action action, Instant at, boolean helped) {
    return new Past(List.of(), List.of(new Past.Change(action, at, helped)));
  }

  // What no rule answers

  @Test
  void aSignalThatARuleCountsIsAnsweredEvenBeforeItHasSeenEnough() {
    assertThat(Rules.unanswered(RuleBook.DEFAULT, kills(1), Past.NONE, observed())).isEmpty();
  }

  @Test
  void aSidecarsKillAndAPendingPodAreAnsweredByNobody() {
    Signal sidecar =
        new Signal(
            SignalType.OOM_KILLED, HEALTHY, "pod-uid-0", "ipc-bus", "k", NOW, Course.HAPPENED);
    Signal pending = signal(SignalType.POD_PENDING, HEALTHY, 1, NOW, Course.LASTS);

    assertThat(Rules.unanswered(RuleBook.DEFAULT, List.of(sidecar, pending), Past.NONE, observed()))
        .containsExactly(sidecar, pending);
    assertThat(evaluate(List.of(sidecar, sidecar, pending))).isEqualTo(new Quiet());
  }

  // What a rule cannot be

  @Test
  void onlyTheRuntimesOwnSignalsRaiseItsLimits() {
    assertThatThrownBy(() -> bump(SignalType.OOM_KILLED, null))
        .hasMessageContaining("container must be runtime");
    assertThatThrownBy(() -> bump(SignalType.OOM_KILLED, "ipc-bus"))
        .hasMessageContaining("container must be runtime");
    assertThatThrownBy(() -> bump(SignalType.EVICTED, "runtime")).hasMessageContaining("whole pod");
  }

  private static Rule bump(SignalType signal, @Nullable String container) {
    return new Rule(
        "r",
        signal,
        container,
        Severity.LOW,
        1,
        Duration.ofMinutes(1),
        Rule.OOM_BUMP_MEMORY.remedy(),
        Duration.ofMinutes(1),
        false);
  }

  @Test
  void aRestartOfANamedPodIsAskedForAsItIsWritten() {
    Rule named =
        new Rule(
            "r",
            SignalType.CRASH_LOOP,
            "runtime",
            Severity.LOW,
            1,
            Duration.ofMinutes(1),
            new Remedy.Ask(Action.RESTART_POD, Map.of("pod", HEALTHY)),
            Duration.ofMinutes(1),
            false);

    assertEmits(
        Rules.evaluate(
            new RuleBook(List.of(named), SignalSettings.DEFAULT),
            crashes(FAILING, 1),
            Past.NONE,
            Worlds.observed(),
            policy(),
            "op"),
        named,
        Map.of("pod", HEALTHY));
  }
}
