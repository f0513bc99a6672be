package ai.prismer.claw.gate.decision;

import ai.prismer.claw.gate.decision.Decision.Code;
import ai.prismer.claw.gate.decision.Decision.Execute;
import ai.prismer.claw.gate.decision.Decision.Hold;
import ai.prismer.claw.gate.decision.Decision.Reject;
import ai.prismer.claw.gate.decision.Decision.WouldExecute;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.intent.Parsed;
import ai.prismer.claw.gate.intent.Parsed.Flaw;
import ai.prismer.claw.gate.text.ForeignText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of an intent. Every request goes through here, whoever makes it.
 *
 * <p>The idea: the right to ask is cheap and the right to act is nobody's. An agent, a person and
 * the operator's own rules all write the same few bytes; this function turns them, the world as
 * observed and the owner's policy into one of four answers. It is a function in the strict sense:
 * no clock, no client, no memory. Equal inputs give equal answers, so a receipt that holds the
 * inputs can be decided again by anybody.
 *
 * <p>The order of checks is part of the contract, because the first failure is what people see:
 * whether a rule needs the slot, shape, action, generation, author, the Claw's life, brakes,
 * parameters and bounds, and last whether this operator carries the action out, whether a person
 * must approve it, and whether it may touch anything.
 *
 * <p>What each step prevents:
 *
 * <ul>
 *   <li>slot: an agent that asks without a pause keeps the rules from what its own kills need
 *   <li>generation: a replayed or stale intent acts again; a value far in the future locks all
 *       later ones out (a refusal never moves the mark)
 *   <li>author: an intent written while no admission policy was bound acts with borrowed authority;
 *       somebody who may patch the Claw passes for its agent; a companion answers an incident that
 *       was never given to it, or answers too late; what nobody approved is carried out
 *   <li>life: healing fights a deletion, a suspension or a person who said hands off
 *   <li>brakes: a leak eats one raise after the other; a model spends what a kill needs; healing
 *       adds its own restarts to an outage that has another cause
 *   <li>bounds: the healer causes the outage, by a limit no node can give or a jump nobody meant
 * </ul>
 */
public final class Gate {
  private Gate() {}

  /** Decides on the value of the annotation. */
  public static Decision decide(Parsed parsed, Author author, Observed observed, Policy policy) {
    Reject displaced = displaced(author, observed);
    if (displaced != null) {
      return displaced;
    }
    return switch (parsed) {
      case Parsed.Malformed malformed ->
          new Reject(
              malformed.flaw() == Flaw.ACTION ? Code.UNKNOWN_ACTION : Code.MALFORMED,
              malformed.reason());
      case Parsed.Valid(Intent intent) -> decide(intent, author, observed, policy);
    };
  }

  private static @Nullable Reject displaced(Author author, Observed observed) {
    boolean yields =
        switch (author.authorClass()) {
          case LLM, NONE -> true;
          case OPERATOR, MANAGER -> false;
        };
    return yields && observed.ruleAsking() != null
        ? new Reject(
            Code.DISPLACED,
            "rule "
                + ForeignText.quoted(observed.ruleAsking())
                + " needs the slot of "
                + observed.claw()
                + " at this moment and takes it over; ask again when its action has ended")
        : null;
  }

  /** Decides on an intent. */
  public static Decision decide(Intent intent, Author author, Observed observed, Policy policy) {
    Reject refusal = generation(intent, author, observed, policy);
    if (refusal == null) {
      refusal = Authority.check(intent, author, observed, policy);
    }
    if (refusal == null) {
      refusal = life(observed);
    }
    if (refusal == null) {
      refusal = brakes(intent, author, observed, policy);
    }
    if (refusal != null) {
      return refusal;
    }
    return switch (Bounds.check(intent, observed, policy)) {
      case Bounds.Outside(Reject outside) -> outside;
      case Bounds.Within(Effect effect) -> end(intent, author, effect, observed, policy);
    };
  }

  private static @Nullable Reject generation(
      Intent intent, Author author, Observed observed, Policy policy) {
    long mark = observed.mark();
    if (intent.generation() <= mark) {
      return new Reject(
          Code.GENERATION_PROCESSED,
          "generation "
              + intent.generation()
              + " is not above "
              + mark
              + ", the last one processed; use the time in Unix milliseconds");
    }
    boolean agent =
        switch (author.authorClass()) {
          case OPERATOR, MANAGER -> false;
          case LLM, NONE -> true;
        };
    Duration lead = agent ? policy.agentLead() : policy.lead();
    long latest = observed.now().toEpochMilli() + lead.toMillis();
    // Operator and people send max(now, mark + 1). The successor of the mark must pass even when
    // the mark itself lies ahead of this clock (two machines, or one that was set back), or a rule
    // would emit what the gate refuses until the clock has caught up.
    boolean successor = !agent && intent.generation() == mark + 1;
    if (intent.generation() > latest && !successor) {
      return new Reject(
          Code.GENERATION_AHEAD,
          "generation "
              + intent.generation()
              + " is more than "
              + lead.toSeconds()
              + " s ahead of the clock; use the time in Unix milliseconds, now "
              + observed.now().toEpochMilli());
    }
    return null;
  }

  private static @Nullable Reject life(Observed observed) {
    String reason =
        switch (observed.life()) {
          case DELETING -> observed.claw() + " is being deleted";
          case PAUSED ->
              observed.claw() + " is paused; remove the annotation claw.prismer.ai/paused first";
          case SUSPENDED -> observed.claw() + " is suspended; set spec.suspend to false first";
          case ACTIVE -> null;
        };
    if (reason != null) {
      return new Reject(Code.NOT_ACTIVE, reason);
    }
    Action inFlight = observed.inFlight();
    if (inFlight != null) {
      return new Reject(
          Code.BUSY,
          inFlight + " is still in progress on " + observed.claw() + "; one action at a time");
    }
    return null;
  }

  private static @Nullable Reject brakes(
      Intent intent, Author author, Observed observed, Policy policy) {
    Brakes brakes = observed.brakes();
    if (brakes.frozen()) {
      return new Reject(
          Code.FROZEN,
          "self-healing of "
              + observed.claw()
              + " is frozen, because its last actions did not help; find out why, then thaw it with"
              + " the annotation claw.prismer.ai/ops-thaw, whose value is your user name");
    }
    // What the operator asks for on behalf of an escalation may come from a model, approved or not.
    boolean rule = author.authorClass() == AuthorClass.OPERATOR && intent.escalationRef() == null;
    Outbreak outbreak = observed.outbreak();
    if (outbreak != null && (rule || author.authorClass() == AuthorClass.LLM)) {
      return new Reject(
          Code.OUTBREAK,
          outbreak
              + ": the fault is likely to lie outside of them, so only people act there until it is"
              + " over");
    }
    int allowed =
        rule
            ? policy.budgetPerHour()
            : Math.max(0, policy.budgetPerHour() - Brakes.RESERVED_FOR_RULES);
    return brakes.actionsInHour() < allowed
        ? null
        : new Reject(
            Code.BUDGET_SPENT,
            brakes.actionsInHour()
                + " actions were executed on "
                + observed.claw()
                + " in the last hour, and spec.ops.budgetPerHour allows "
                + policy.budgetPerHour()
                + ", of which "
                + Brakes.RESERVED_FOR_RULES
                + " are kept for rules; the next is free at "
                + brakes.budgetFreeAt());
  }

  private static Decision end(
      Intent intent, Author author, Effect effect, Observed observed, Policy policy) {
    Action action = intent.action();
    if (!policy.executable().contains(action)) {
      return new Reject(
          Code.NOT_EXECUTABLE,
          action + " is understood and within bounds, but this operator does not carry it out");
    }
    boolean waits =
        author.authorClass() == AuthorClass.LLM
            && (!Authority.isAgent(author, observed)
                || policy.agentIntents() == Policy.AgentIntents.APPROVE);
    if (waits) {
      return observed.docket().held() == null
          ? new Hold(effect)
          : new Reject(
              Code.HOLD_PENDING,
              "a proposal for "
                  + observed.claw()
                  + " waits for a person already, in escalation "
                  + observed.docket().held()
                  + "; one at a time");
    }
    return switch (policy.mode()) {
      case ENFORCE -> new Execute(effect);
      case OBSERVE -> new WouldExecute(effect);
    };
  }
}
