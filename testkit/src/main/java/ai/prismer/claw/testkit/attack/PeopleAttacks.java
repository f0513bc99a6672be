package ai.prismer.claw.testkit.attack;

import ai.prismer.claw.testkit.attack.Attack.Identity;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What people with some rights try beyond them. Who holds every verb on our kinds may still not
 * write what only the operator says, nor speak under another name, nor have the operator use a
 * Secret or an account that they may not use themselves.
 */
final class PeopleAttacks {
  private static final Guard STATUS = new Guard.Policy("k8s4claw-status");
  private static final Guard ESCALATIONS = new Guard.Policy("k8s4claw-escalations");
  private static final Guard RECEIPTS = new Guard.Policy("k8s4claw-receipts");
  private static final Guard AUTHOR = new Guard.Policy("k8s4claw-intent-author");
  private static final Guard CONFINEMENT = new Guard.Policy("k8s4claw-confinement");
  private static final Guard REQUESTS = new Guard.Policy("k8s4claw-requests");
  private static final Guard CLAW_AUTHOR = new Guard.Policy("k8s4claw-claw-author");

  private PeopleAttacks() {}

  static List<Attack> all() {
    return List.of(
        owner(
            "owner: write the status",
            STATUS,
            PeopleAttacks::status,
            Moves.operates(PeopleAttacks::status)),
        owner(
            "owner: forge an escalation",
            ESCALATIONS,
            PeopleAttacks::escalation,
            Moves.operates(PeopleAttacks::escalation)),
        owner(
            "owner: forge a receipt in its own namespace",
            RECEIPTS,
            t -> Call.post(t.receiptsHere(), Bodies.receipt("forged", t)),
            Moves.operates(t -> Call.post(t.receipts(), Bodies.receipt("forged", t)))),
        owner(
            "owner: ask in the operator's name",
            AUTHOR,
            Moves.self(t -> Moves.submission(t, "operator", t.operator())),
            Moves.operates(Moves.self(t -> Moves.submission(t, "operator", t.operator())))),
        owner(
            "owner: ask in another manager's name",
            AUTHOR,
            Moves.self(t -> Moves.submission(t, "manager", t.administrator())),
            Moves.manages(Moves.managersIntent())),
        owner(
            "owner: thaw in another's name",
            REQUESTS,
            Moves.self(t -> thaw(t.administrator())),
            Moves.manages(Moves.self(t -> thaw(t.administrator())))),
        owner(
            "owner: take an adjustment away in another's name",
            REQUESTS,
            Moves.self(t -> undo(t.administrator())),
            Moves.manages(Moves.self(t -> undo(t.administrator())))),
        owner(
            "owner: take an adjustment away without naming it",
            REQUESTS,
            Moves.self(t -> Bodies.annotations(Map.of(Bodies.UNDO, t.person(Identity.OWNER)))),
            Moves.manages(Moves.self(t -> undo(t.administrator())))),
        owner(
            "owner: lend itself a Secret",
            CLAW_AUTHOR,
            credentials(),
            Moves.manages(credentials())),
        owner("owner: lend itself an account", CLAW_AUTHOR, account(), Moves.manages(account())),
        editor("editor: change the spec", CONFINEMENT, suspend(), Moves.manages(suspend())),
        editor(
            "editor: create a Claw",
            CONFINEMENT,
            t -> Call.post(t.claws(), Bodies.claw("attack")),
            Moves.manages(t -> Call.post(t.claws(), Bodies.claw("attack")))),
        editor(
            "editor: delete a Claw",
            CONFINEMENT,
            t -> Call.delete(t.self()),
            Moves.manages(t -> Call.delete(t.self()))),
        editor(
            "editor: thaw in its own name",
            CONFINEMENT,
            Moves.self(t -> thaw(t.person(Identity.EDITOR))),
            Moves.manages(Moves.self(t -> thaw(t.administrator())))),
        editor(
            "editor: ask as a manager",
            AUTHOR,
            Moves.self(t -> Moves.submission(t, "manager", t.person(Identity.EDITOR))),
            Moves.manages(Moves.managersIntent())),
        editor(
            "editor: write the status",
            STATUS,
            PeopleAttacks::status,
            Moves.operates(PeopleAttacks::status)));
  }

  private static String thaw(String by) {
    return Bodies.annotations(Map.of(Bodies.THAW, by));
  }

  private static String undo(String by) {
    return Bodies.annotations(Map.of(Bodies.UNDO, by + "#memory"));
  }

  private static Call status(Target target) {
    return Call.merge(
        target.self() + "/status", "{\"status\":{\"ops\":{\"lastIntentGeneration\":9}}}");
  }

  private static Call escalation(Target target) {
    return Call.post(target.escalations(), Bodies.escalation("forged", target));
  }

  private static Function<Target, Call> credentials() {
    return Moves.self(t -> "{\"spec\":{\"credentials\":{\"secretRef\":{\"name\":\"other\"}}}}");
  }

  private static Function<Target, Call> account() {
    return Moves.self(t -> "{\"spec\":{\"serviceAccount\":{\"name\":\"default\"}}}");
  }

  private static Function<Target, Call> suspend() {
    return Moves.self(t -> "{\"spec\":{\"suspend\":true}}");
  }

  private static Attack owner(
      String name, Guard guard, Function<Target, Call> call, Attack.Twin twin) {
    return new Attack(name, Identity.OWNER, guard, call, twin);
  }

  private static Attack editor(
      String name, Guard guard, Function<Target, Call> call, Attack.Twin twin) {
    return new Attack(name, Identity.EDITOR, guard, call, twin);
  }
}
