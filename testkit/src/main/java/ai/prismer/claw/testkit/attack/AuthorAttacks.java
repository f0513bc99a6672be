package ai.prismer.claw.testkit.attack;

import ai.prismer.claw.testkit.attack.Attack.Identity;
import ai.prismer.claw.testkit.attack.Attack.Twin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asking as somebody else, or in a shape that is none. */
final class AuthorAttacks {
  private static final Guard AUTHOR = new Guard.Policy("k8s4claw-intent-author");
  private static final Guard VALIDATION = new Guard.Validation();

  private AuthorAttacks() {}

  static List<Attack> all() {
    Twin lawful =
        new Twin(
            Identity.AGENT,
            t -> Moves.self(u -> Moves.submission(u, "llm", u.agent())).apply(t).dryRun());
    return List.of(
        new Attack(
            "ask without a name",
            AUTHOR,
            Moves.self(t ->
                Bodies.annotations(
                    Map.of(Bodies.INTENT, Bodies.intent("restart-pod", "{}", t.now())))),
            lawful),
        new Attack(
            "sign an intent with another name",
            AUTHOR,
            Moves.self(t -> Moves.submission(t, "llm", "alice")),
            lawful),
        new Attack(
            "sign an intent with the operator's name",
            AUTHOR,
            Moves.self(t -> Moves.submission(t, "llm", t.operator())),
            lawful),
        new Attack(
            "sign an intent with nothing",
            AUTHOR,
            Moves.self(t -> Moves.submission(t, "llm", "")),
            lawful),
        new Attack(
            "claim to be a manager",
            AUTHOR,
            Moves.self(t -> Moves.submission(t, "manager", t.agent())),
            Moves.manages(Moves.managersIntent())),
        new Attack(
            "claim to be the operator",
            AUTHOR,
            Moves.self(t -> Moves.submission(t, "operator", t.agent())),
            Moves.operates(Moves.self(t -> Moves.submission(t, "operator", t.operator())))),
        new Attack(
            "claim an unknown class",
            AUTHOR,
            Moves.self(t -> Moves.submission(t, "root", t.agent())),
            lawful),
        new Attack(
            "name an author without an intent",
            AUTHOR,
            Moves.self(t -> Bodies.annotations(Map.of(Bodies.BY, t.agent(), Bodies.CLASS, "llm"))),
            lawful),
        new Attack(
            "ask with 4,098 bytes in 3-byte characters",
            AUTHOR,
            Moves.self(t -> Bodies.submit("\u20ac".repeat(1366), t.agent(), "llm")),
            new Twin(
                Identity.AGENT,
                t ->
                    Moves.self(u -> Bodies.submit("\u20ac".repeat(1365), u.agent(), "llm"))
                        .apply(t)
                        .dryRun())),
        new Attack(
            "ask with 1 MiB",
            VALIDATION,
            Moves.self(t -> Bodies.submit("x".repeat(1 << 20), t.agent(), "llm")),
            lawful));
  }

  /** Those that presuppose an intent of this agent that nobody has decided yet. */
  static List<Attack> whilePending() {
    Function<Target, Call> replace =
        Moves.self(target ->
            Bodies.submit(
                Bodies.intent("restart-pod", "{}", target.now() + 1), target.agent(), "llm"));
    Map<String, @Nullable String> gone = new LinkedHashMap<>();
    gone.put(Bodies.INTENT, null);
    gone.put(Bodies.BY, null);
    gone.put(Bodies.CLASS, null);
    Function<Target, Call> remove = Moves.self(target -> Bodies.annotations(gone));
    return List.of(
        new Attack(
            "replace a pending intent", AUTHOR, replace, Moves.manages(Moves.managersIntent())),
        new Attack("remove a pending intent", AUTHOR, remove, Moves.manages(remove)),
        new Attack(
            "turn a pending intent into a manager's",
            AUTHOR,
            Moves.self(target -> Bodies.annotations(Map.of(Bodies.CLASS, "manager"))),
            Moves.manages(Moves.managersIntent())));
  }

  /** Those that presuppose that the slot of this Claw is shut to agents. */
  static List<Attack> whileShut() {
    return List.of(
        new Attack(
            "ask although the slot is shut",
            AUTHOR,
            Moves.self(t -> Moves.submission(t, "llm", t.agent())),
            Moves.manages(Moves.managersIntent())),
        new Attack(
            "open the slot by itself",
            new Guard.Rbac(),
            t -> Call.merge(t.self() + "/status", "{\"status\":{\"ops\":{\"llmSlot\":null}}}"),
            Moves.operates(t ->
                Call.merge(t.self() + "/status", "{\"status\":{\"ops\":{\"llmSlot\":null}}}"))));
  }
}
