package ai.prismer.claw.operator.confinement;

import ai.prismer.claw.operator.reconcile.ConditionDraft;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the account of a pod holds, and whether a pod may run with it.
 *
 * @param account the account
 * @param excess what it holds beyond an agent's due
 * @param allowed whether the operator's configuration allows this account all the same
 */
record Privileges(Account account, List<Right> excess, boolean allowed) {
  /** Type of the condition that says so. */
  static final String CONDITION = "LeastPrivilege";

  Privileges {
    excess = List.copyOf(excess);
  }

  boolean podAllowed() {
    return excess.isEmpty() || allowed;
  }

  ConditionDraft condition() {
    if (excess.isEmpty()) {
      return ConditionDraft.holds(
          CONDITION, "NothingExcessive", "the account of the pod holds no right it should not");
    }
    String held = excess.stream().map(Right::toString).collect(Collectors.joining(", "));
    return allowed
        ? ConditionDraft.holds(
            CONDITION,
            "AllowedByConfiguration",
            "the operator's configuration allows account " + account + ", which holds: " + held)
        : ConditionDraft.fails(
            CONDITION,
            "AccountHoldsTooMuch",
            "no pod is made with account "
                + account
                + ", because it holds: "
                + held
                + "; take these rights from it (also from the groups "
                + String.join(", ", account.groups())
                + "), name another account, or add it to leastPrivilege.allowedAccounts of the chart");
  }
}
