package ai.prismer.claw.e2e;

import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.Request;
import ai.prismer.claw.testkit.model.ScriptedModel;

/** What the agents are that are talked to while they are killed. */
interface Subject {
  /** How the lines begin that say how far it is. */
  String program();

  /** The part of an agent's spec, as YAML, that says what it is, given its model. */
  String spec(ScriptedModel model);

  /** What the model says. */
  Reply reply(Request request);

  /**
   * Whether an answer is the runtime's own word that it failed, of which the bus is the messenger:
   * what it may say so of is a question that it was asked once and has ended itself.
   */
  default boolean isOwnFailure(String answer) {
    return false;
  }
}
