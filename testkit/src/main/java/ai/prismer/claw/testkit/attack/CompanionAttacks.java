package ai.prismer.claw.testkit.attack;

import ai.prismer.claw.testkit.attack.Attack.Identity;
import ai.prismer.claw.testkit.attack.Attack.Twin;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the account of a companion tries beyond proposing for the escalation it was given. */
final class CompanionAttacks {
  private static final Guard CONFINEMENT = new Guard.Policy("k8s4claw-confinement");
  private static final Guard REQUESTS = new Guard.Policy("k8s4claw-requests");

  private CompanionAttacks() {}

  static List<Attack> all() {
    Function<Target, Call> suspend = Moves.self(t -> "{\"spec\":{\"suspend\":true}}");
    Twin says =
        new Twin(
            Identity.COMPANION,
            t ->
                Call.merge(t.self(), Bodies.analysis(analysis(t), t.person(Identity.COMPANION)))
                    .dryRun());
    return List.of(
        companion("companion: change the spec", CONFINEMENT, suspend, Moves.manages(suspend)),
        new Attack(
            "say what only a companion says",
            Identity.AGENT,
            CONFINEMENT,
            t -> Call.merge(t.self(), Bodies.analysis(analysis(t), t.agent())),
            says),
        companion(
            "companion: say something in another's name",
            REQUESTS,
            t -> Call.merge(t.self(), Bodies.analysis(analysis(t), "alice")),
            says),
        companion(
            "companion: say something without a name",
            REQUESTS,
            t -> Call.merge(t.self(), Bodies.annotations(Map.of(Bodies.ANALYSIS, analysis(t)))),
            says),
        companion(
            "companion: say more than 8 KiB in 3-byte characters",
            REQUESTS,
            t ->
                Call.merge(
                    t.self(), Bodies.analysis("\u20ac".repeat(2731), t.person(Identity.COMPANION))),
            says),
        gated("companion: ask without an escalation", "may ask as the agent of", t -> null),
        gated(
            "companion: answer an escalation there is not", "there is no escalation", t -> "none"),
        gated("companion: answer another's escalation", "assigned to", Cases::elsewhere),
        gated("companion: answer what waits for a person", "AwaitingApproval", Cases::waiting),
        gated("companion: answer after the deadline", "-ops-late", Cases::late));
  }

  private static String analysis(Target target) {
    return "{\"escalationRef\":\"%s\",\"outcome\":\"unsure\",\"text\":\"x\"}"
        .formatted(Cases.given(target));
  }

  private static Attack companion(
      String name, Guard guard, Function<Target, Call> call, Twin twin) {
    return new Attack(name, Identity.COMPANION, guard, call, twin);
  }

  /** The twin is the same for the escalation that it was given. */
  private static Attack gated(String name, String words, Bodies.Reference escalation) {
    return companion(
        name,
        new Guard.Gate(words),
        t -> answer(t, escalation.in(t)),
        new Twin(Identity.COMPANION, t -> answer(t, Cases.given(t)).dryRun()));
  }

  private static Call answer(Target target, @Nullable String escalation) {
    return Call.merge(
        target.self(),
        Bodies.submit(
            Bodies.answer(escalation, target.now()), target.person(Identity.COMPANION), "llm"));
  }
}
