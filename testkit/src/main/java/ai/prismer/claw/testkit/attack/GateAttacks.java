package ai.prismer.claw.testkit.attack;

import ai.prismer.claw.testkit.attack.Attack.Identity;
import ai.prismer.claw.testkit.attack.Attack.Twin;
import java.util.List;
import java.util.function.Function;

/** What the API server lets an agent ask, and the operator must refuse to do. */
final class GateAttacks {

  private GateAttacks() {}

  static List<Attack> all() {
    return List.of(
        gated(
            "ask from far in the future",
            "ahead of the clock",
            t -> Bodies.intent("restart-pod", "{}", 9007199254740991L)),
        gated(
            "ask with the same key twice",
            "appears twice",
            t ->
                "{\"action\":\"restart-pod\",\"action\":\"restart-pod\",\"generation\":%d,\"source\":\"agent\"}"
                    .formatted(t.now())),
        gated("ask for 1e18 bytes", "1e18", memory("1e18")),
        gated(
            "ask for 1e18 cores",
            "1e18",
            t -> Bodies.intent("bump-cpu", "{\"target\":\"1e18\"}", t.now())),
        gated(
            "ask for many pods",
            "many",
            t -> Bodies.intent("scale-replicas", "{\"replicas\":\"many\"}", t.now())),
        gated(
            "ask for a rollout with a parameter",
            "image",
            t -> Bodies.intent("rollout-restart", "{\"image\":\"evil\"}", t.now())),
        gated("ask for -1 bytes", "plain amount", memory("-1")),
        gated("ask for more than the bounds", "more than twice", memory("512Gi")),
        gated(
            "ask for an operation there is not",
            "there is no action",
            t -> Bodies.intent("delete-claw", "{}", t.now())),
        gated(
            "ask with a letter that only looks right",
            "there is no action",
            t -> Bodies.intent("bump-mem\u043ery", "{\"target\":\"1Gi\"}", t.now())),
        gated(
            "restart somebody else's pod",
            "none of the pods",
            t -> Bodies.intent("restart-pod", "{\"pod\":\"" + t.otherClaw() + "-0\"}", t.now())),
        gated(
            "answer an escalation",
            "escalationRef",
            t ->
                "{\"action\":\"restart-pod\",\"params\":{},\"generation\":%d,\"source\":\"agent\",\"escalationRef\":\"x\"}"
                    .formatted(t.now())));
  }

  private static Function<Target, String> memory(String quantity) {
    return t -> Bodies.intent("bump-memory", "{\"target\":\"" + quantity + "\"}", t.now());
  }

  private static Attack gated(String name, String words, Function<Target, String> intent) {
    return new Attack(
        name,
        new Guard.Gate(words),
        Moves.self(t -> Bodies.submit(intent.apply(t), t.agent(), "llm")),
        new Twin(
            Identity.AGENT,
            t -> Moves.self(u -> Moves.submission(u, "llm", u.agent())).apply(t).dryRun()));
  }
}
