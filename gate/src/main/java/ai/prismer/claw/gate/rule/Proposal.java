package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.decision.Headroom;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Policy;
import ai.prismer.claw.gate.intent.Intent;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;

/** Words and numbers of the intent that a rule asks for once it has seen enough. */
final class Proposal {
  static final String SOURCE = "rule-engine";

  private static final Map<Headroom, Long> STEP =
      Map.of(Headroom.MEMORY, 32L << 20, Headroom.CPU, 50L);

  private Proposal() {}

  static Intent of(Rule rule, Evidence evidence, Observed observed, Policy policy) {
    return switch (rule.remedy()) {
      case Remedy.Raise raise -> raise(rule, raise, evidence, observed, policy);
      case Remedy.Ask ask -> {
        Map<String, String> params =
            evidence.pod() == null ? ask.params() : Map.of("pod", evidence.pod());
        yield intent(rule, params, what(rule, evidence) + ": " + said(rule, params), observed);
      }
    };
  }

  private static Intent raise(
      Rule rule, Remedy.Raise raise, Evidence evidence, Observed observed, Policy policy) {
    Headroom headroom = Headroom.of(raise.action());
    long from = headroom.current(observed).orElse(1);
    long target = target(raise, headroom, from, headroom.ceiling(from, observed, policy));
    return intent(
        rule,
        Map.of("target", headroom.print(target)),
        what(rule, evidence)
            + ": "
            + raise.action()
            + " from "
            + headroom.print(from)
            + " to "
            + headroom.print(target),
        observed);
  }

  /**
   * Current × factor, rounded up, but not above the ceiling: a smaller step that is allowed helps
   * more than a larger one that is refused. With no headroom left the largest step is asked for, so
   * that the gate's refusal names the bound that leaves none.
   */
  private static long target(Remedy.Raise raise, Headroom headroom, long current, long ceiling) {
    BigDecimal step = BigDecimal.valueOf(STEP.getOrDefault(headroom, 1L));
    BigDecimal wish =
        raise
            .factor()
            .multiply(BigDecimal.valueOf(current))
            .divide(step, 0, RoundingMode.UP)
            .multiply(step);
    long target = wish.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact();
    return Math.min(target, ceiling > current ? ceiling : Headroom.twice(current));
  }

  private static Intent intent(
      Rule rule, Map<String, String> params, String reason, Observed observed) {
    long next = Math.max(observed.now().toEpochMilli(), observed.mark() + 1);
    return new Intent(
        rule.action(),
        params,
        Math.clamp(next, 1, CanonicalJson.MAX_INTEGER),
        SOURCE,
        null,
        reason);
  }

  private static String what(Rule rule, Evidence evidence) {
    String place = rule.container() == null ? "" : " of container " + rule.container();
    String pod = evidence.pod() == null ? "" : " of pod " + evidence.pod();
    String often =
        rule.minCount() == 1 && evidence.count() == 1
            ? ""
            : " " + evidence.count() + " times within " + words(rule.window());
    return rule.signal().id() + place + pod + often;
  }

  private static String said(Rule rule, Map<String, String> params) {
    return params.isEmpty()
        ? rule.action().toString()
        : rule.action() + " " + String.join(" ", params.values());
  }

  private static String words(Duration duration) {
    return duration.toSeconds() % 60 == 0
        ? duration.toMinutes() + " min"
        : duration.toSeconds() + " s";
  }
}
