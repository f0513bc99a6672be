package ai.prismer.claw.testkit.attack;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The catalogue: what the token of an agent with {@code agentIntents: Auto} is used for by whoever
 * controls the agent, and what companions and people with some rights try beyond them. Those that
 * are about escalations presuppose {@link Cases}.
 *
 * <p>An attack that two guards would refuse shows nothing about the second, and which of two
 * policies answers is the server's choice. So each attempt is shaped to be lawful for every guard
 * but one, and names that one.
 */
public final class Attacks {
  /** One of each kind, few enough for a person to read. */
  private static final Set<String> REEL =
      Set.of(
          "delete its own Claw",
          "write its own status",
          "patch another Claw",
          "forge a receipt",
          "run a command in its pod",
          "list the Secrets",
          "make itself a token",
          "act as the operator",
          "change its own image",
          "raise its own memory limit",
          "widen what healing may do",
          "take the finalizer away",
          "wipe the field owners",
          "claim to be a manager",
          "sign an intent with another name",
          "ask from far in the future",
          "ask with the same key twice",
          "ask for 1e18 bytes",
          "ask for more than the bounds");

  private Attacks() {}

  /** All of them. */
  public static List<Attack> all() {
    return Stream.of(
            RbacAttacks.all(),
            ConfinementAttacks.all(),
            AuthorAttacks.all(),
            PeopleAttacks.all(),
            ApprovalAttacks.all(),
            CompanionAttacks.all(),
            GateAttacks.all())
        .flatMap(List::stream)
        .toList();
  }

  /** Those that are shown: each guard, at least half of them past RBAC. */
  public static List<Attack> reel() {
    return all().stream().filter(attack -> REEL.contains(attack.name())).toList();
  }

  /** Those that presuppose an intent of this agent that nobody has decided yet. */
  public static List<Attack> whilePending() {
    return AuthorAttacks.whilePending();
  }

  /** Those that presuppose that the slot of this Claw is shut to agents. */
  public static List<Attack> whileShut() {
    return AuthorAttacks.whileShut();
  }
}
