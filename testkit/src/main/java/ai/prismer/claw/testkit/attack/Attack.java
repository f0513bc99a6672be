package ai.prismer.claw.testkit.attack;

import java.util.function.Function;

/**
 * One attempt with somebody's own token, an agent's if nobody else is named.
 *
 * @param name what is tried, in a few words
 * @param attacker whose token is used
 * @param guard who must refuse it
 * @param call the request
 * @param twin the same by an identity that may: shows that it was the right that was missing, not
 *     the object or the spelling
 */
public record Attack(
    String name, Identity attacker, Guard guard, Function<Target, Call> call, Twin twin) {

  /** One that is tried with the agent's token. */
  public Attack(String name, Guard guard, Function<Target, Call> call, Twin twin) {
    this(name, Identity.AGENT, guard, call, twin);
  }

  /**
   * The permitted twin. It changes nothing: a dry run, unless reading.
   *
   * @param by who may
   * @param call the request
   */
  public record Twin(Identity by, Function<Target, Call> call) {}

  /** Who acts. */
  public enum Identity {
    /** The agent itself. */
    AGENT,
    /** Holds every verb on our kinds in the namespace, {@code manage} and {@code approve} too. */
    OWNER,
    /** Holds the verbs that every kind has, in the namespace, and none of ours. */
    EDITOR,
    /** A companion's account: may patch Claws and holds {@code analyze}, not {@code manage}. */
    COMPANION,
    /** May read and patch escalations and holds {@code approve} on them. */
    APPROVER,
    /** A cluster administrator, who holds {@code manage} on every Claw. */
    ADMINISTRATOR,
    /** The operator's account. */
    OPERATOR
  }
}
