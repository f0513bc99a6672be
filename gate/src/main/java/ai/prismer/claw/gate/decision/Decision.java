package ai.prismer.claw.gate.decision;

/** What becomes of an intent. */
public sealed interface Decision {
  /** The name in receipts, events and metrics. */
  String id();

  /**
   * Carry out the effect.
   *
   * @param effect what to do
   */
  record Execute(Effect effect) implements Decision {
    @Override
    public String id() {
      return "Execute";
    }
  }

  /**
   * Allowed, but {@code spec.ops.mode} is Observe: record it and touch nothing.
   *
   * @param effect what would have been done
   */
  record WouldExecute(Effect effect) implements Decision {
    @Override
    public String id() {
      return "WouldExecute";
    }
  }

  /**
   * Allowed within the bounds, but only with a person's approval: the intent moves into an
   * escalation, and the slot is free again at once.
   *
   * @param effect what would be done
   */
  record Hold(Effect effect) implements Decision {
    @Override
    public String id() {
      return "Hold";
    }
  }

  /**
   * Refused. A refusal never moves the generation mark, or one poisoned value would lock everybody
   * out.
   *
   * @param code for machines
   * @param reason for people: what is wrong, with the values, and what would be allowed; foreign
   *     text in it is safe to show
   */
  record Reject(Code code, String reason) implements Decision {
    @Override
    public String id() {
      return "Reject";
    }
  }

  /** Why an intent is refused, in the order in which the gate looks. */
  enum Code {
    /** No intent at all. */
    MALFORMED("malformed"),
    /** An operation that does not exist. */
    UNKNOWN_ACTION("unknown-action"),
    /** A generation at or below the last processed one. */
    GENERATION_PROCESSED("generation-processed"),
    /** A generation too far ahead of the clock. */
    GENERATION_AHEAD("generation-ahead"),
    /** Nobody vouches for the author. */
    AUTHOR_UNKNOWN("author-unknown"),
    /** {@code agentIntents} is Deny, or counts as Deny. */
    AGENT_DENIED("agent-denied"),
    /** An agent claims to answer an escalation. */
    ESCALATION_CLAIMED("escalation-claimed"),
    /** Of class llm, neither the Claw's own agent nor a companion that names an escalation. */
    NOT_THE_AGENT("not-the-agent"),
    /** There is no such escalation of this Claw. */
    ESCALATION_UNKNOWN("escalation-unknown"),
    /** The escalation was not given to this companion, or is not in the phase for it. */
    NOT_ASSIGNED("not-assigned"),
    /** The time for this answer is over. */
    DEADLINE_PASSED("deadline-passed"),
    /** The operator asks for something that nobody has approved. */
    NOT_APPROVED("not-approved"),
    /** The Claw is being deleted, paused or suspended. */
    NOT_ACTIVE("not-active"),
    /** Another action is not finished. */
    BUSY("busy"),
    /** Too many actions in a row did not help. */
    FROZEN("frozen"),
    /** So many agents fail at once that nothing is done without a person. */
    OUTBREAK("outbreak"),
    /** As many actions as an hour allows have been executed. */
    BUDGET_SPENT("budget-spent"),
    /** A parameter is missing, unknown or unreadable. */
    BAD_PARAMETER("bad-parameter"),
    /** There is no limit that could be raised. */
    NO_LIMIT("no-limit"),
    /** The target is not above what runs or what is asked for already. */
    NOT_AN_INCREASE("not-an-increase"),
    /** The target is more than twice the current limit. */
    STEP_TOO_LARGE("step-too-large"),
    /** The target is above a bound in {@code spec.ops}. */
    ABOVE_MAXIMUM("above-maximum"),
    /** Neither a node's size nor an owner's bound is known, so nothing bounds the target. */
    NO_BOUND("no-bound"),
    /** The target is more than half of the largest node. */
    ABOVE_NODE("above-node"),
    /** The target is above what LimitRanges and ResourceQuotas of the namespace leave. */
    ABOVE_NAMESPACE("above-namespace"),
    /** The pod is none of this Claw's. */
    NOT_OWN_POD("not-own-pod"),
    /** The runtime allows one pod only. */
    SINGLE_WRITER("single-writer"),
    /** Understood and within bounds, but this operator does not carry it out. */
    NOT_EXECUTABLE("not-executable"),
    /** Another proposal for this Claw waits for a person already. */
    HOLD_PENDING("hold-pending"),
    /** A rule needs the slot at this moment, and takes it over. */
    DISPLACED("displaced");

    private final String id;

    Code(String id) {
      this.id = id;
    }

    /** The name in receipts and metrics. */
    public String id() {
      return id;
    }
  }
}
