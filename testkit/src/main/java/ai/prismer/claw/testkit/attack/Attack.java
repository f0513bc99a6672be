package ai.prismer.claw.testkit.attack;

import java.util.function.Function;

/**
 * One attempt with the agent's own token.
 *
 * @param name what is tried, in a few words
 * @param guard who must refuse it
 * @param call the request
 * @param twin the same by an identity that may: shows that it was the right that was missing, not
 *     the object or the spelling
 */
public record Attack(String name, Guard guard, Function<Target, Call> call, Twin twin) {

  /**
   * The permitted twin. It changes nothing: a dry run, unless reading.
   *
   * @param by who may
   * @param call the request
   */
  public record Twin(Identity by, Function<Target, Call> call) {}

  /** Who may do what an agent may not. */
  public enum Identity {
    /** The agent itself, for what it is allowed. */
    AGENT,
    /** A cluster administrator, who holds {@code manage} on every Claw. */
    ADMINISTRATOR,
    /** The operator's account. */
    OPERATOR
  }
}
