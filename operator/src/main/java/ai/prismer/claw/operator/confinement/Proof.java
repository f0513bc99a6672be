package ai.prismer.claw.operator.confinement;

import ai.prismer.claw.operator.reconcile.ConditionDraft;

/** Whether agents of one namespace are confined, as far as anybody has seen. */
sealed interface Proof {
  /** Type of the condition that says so. */
  String CONDITION = "ConfinementEnforced";

  /** The condition on a Claw. */
  ConditionDraft condition();

  /** Both requests that must be refused were refused, each by the policy meant for it. */
  record Proven() implements Proof {
    @Override
    public ConditionDraft condition() {
      return ConditionDraft.holds(
          CONDITION,
          "Proven",
          "an account without the verb manage was refused a label, and an intent as a manager");
    }
  }

  /**
   * At least one was not.
   *
   * @param reason CamelCase
   * @param message what answered instead, and what a person can do
   */
  record Unproven(String reason, String message) implements Proof {
    @Override
    public ConditionDraft condition() {
      return ConditionDraft.fails(CONDITION, reason, message);
    }
  }

  /** What the two requests show. */
  static Proof of(Reply label, Reply intent) {
    Proof first = of("a label", label, AdmissionPolicies.CONFINEMENT);
    return first instanceof Unproven
        ? first
        : of("an intent as a manager", intent, AdmissionPolicies.INTENT_AUTHOR);
  }

  /** Somebody took part of the fence down. */
  static Unproven flawed(String flaw) {
    return new Unproven(
        "PolicyMissing",
        flaw + "; until it is as the chart installs it, agents have no rights (helm upgrade)");
  }

  private static Proof of(String what, Reply reply, String policy) {
    return switch (reply) {
      case Reply.RefusedBy(String by) when by.equals(policy) -> new Proven();
      case Reply.RefusedBy(String by) ->
          new Unproven(
              "RefusedByAnother", what + " was refused by policy " + by + " and not by " + policy);
      case Reply.Accepted() ->
          new Unproven(
              "NotRefused",
              what
                  + " written by an account without the verb manage was accepted, policy "
                  + policy
                  + " did not refuse it; is something granting manage to system:serviceaccounts?");
      case Reply.RefusedOtherwise(int code, String message) ->
          new Unproven(
              "RefusedOtherwise",
              what
                  + " was refused, but not by policy "
                  + policy
                  + ": HTTP "
                  + code
                  + ": "
                  + message);
      case Reply.Absent() -> new Unproven("NothingToProbe", "the Claw to probe with is gone");
      case Reply.Unanswered(String message) ->
          new Unproven("Unanswered", "the API server was asked and did not answer: " + message);
    };
  }
}
