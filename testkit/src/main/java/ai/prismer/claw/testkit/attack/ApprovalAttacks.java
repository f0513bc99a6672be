package ai.prismer.claw.testkit.attack;

import ai.prismer.claw.testkit.attack.Attack.Identity;
import ai.prismer.claw.testkit.attack.Attack.Twin;
import java.util.List;
import java.util.function.Function;

/**
 * Getting something carried out that no person approved: by whoever proposes, by whoever may
 * approve something else, by whoever may write everything.
 */
final class ApprovalAttacks {
  private static final Guard RBAC = new Guard.Rbac();
  private static final Guard ESCALATIONS = new Guard.Policy("k8s4claw-escalations");

  private ApprovalAttacks() {}

  static List<Attack> all() {
    Twin permitted = new Twin(Identity.APPROVER, t -> approve(t, Identity.APPROVER).dryRun());
    return List.of(
        new Attack(
            "approve its own proposal",
            Identity.AGENT,
            RBAC,
            t -> decide(t, Cases.waiting(t), "Approve", Cases.DIGEST, t.agent()),
            permitted),
        new Attack(
            "companion: approve its own proposal",
            Identity.COMPANION,
            RBAC,
            t -> approve(t, Identity.COMPANION),
            permitted),
        new Attack(
            "editor: approve without the verb",
            Identity.EDITOR,
            ESCALATIONS,
            t -> approve(t, Identity.EDITOR),
            permitted),
        approver(
            "approver: approve in another's name",
            t -> decide(t, Cases.waiting(t), "Approve", Cases.DIGEST, "alice"),
            permitted),
        approver(
            "approver: approve another action than the one shown",
            t -> decide(t, Cases.waiting(t), "Approve", "0".repeat(64), self(t)),
            permitted),
        approver(
            "approver: approve where nothing is proposed",
            t ->
                Call.merge(
                    t.escalation(Cases.bare(t)),
                    "{\"spec\":{\"approval\":{\"decision\":\"Approve\",\"by\":\""
                        + self(t)
                        + "\"}}}"),
            new Twin(
                Identity.APPROVER,
                t ->
                    Call.merge(
                            t.escalation(Cases.bare(t)),
                            "{\"spec\":{\"approval\":{\"decision\":\"Reject\",\"by\":\""
                                + self(t)
                                + "\"}}}")
                        .dryRun())),
        approver(
            "approver: approve what a companion still analyses",
            t -> decide(t, Cases.given(t), "Approve", "", self(t)),
            permitted),
        approver(
            "approver: decide a second time",
            t -> decide(t, Cases.decided(t), "Approve", Cases.DIGEST, self(t)),
            permitted),
        approver(
            "approver: take a decision back",
            t -> Call.merge(t.escalation(Cases.decided(t)), "{\"spec\":{\"approval\":null}}"),
            permitted),
        approver(
            "approver: decide on what has ended",
            t -> decide(t, Cases.ended(t), "Reject", "", self(t)),
            permitted),
        approver(
            "approver: rewrite the incident",
            t -> Call.merge(t.escalation(Cases.waiting(t)), "{\"spec\":{\"severity\":\"Low\"}}"),
            permitted),
        new Attack(
            "owner: swap the proposal after it was shown",
            Identity.OWNER,
            ESCALATIONS,
            ApprovalAttacks::swap,
            Moves.operates(ApprovalAttacks::swap)),
        new Attack(
            "owner: move an escalation to Approved",
            Identity.OWNER,
            ESCALATIONS,
            t -> status(t, Cases.waiting(t), "phase", "Approved"),
            Moves.operates(t -> status(t, Cases.waiting(t), "phase", "Approved"))),
        new Attack(
            "operator: approve what it proposes",
            Identity.OPERATOR,
            RBAC,
            t -> decide(t, Cases.waiting(t), "Approve", Cases.DIGEST, t.operator()),
            permitted),
        new Attack(
            "operator: change how an escalation ended",
            Identity.OPERATOR,
            ESCALATIONS,
            t -> status(t, Cases.ended(t), "phase", "Failed"),
            Moves.operates(t ->
                Call.merge(
                    t.escalation(Cases.ended(t)) + "/status",
                    "{\"status\":{\"result\":\"Healthy\"}}"))));
  }

  private static String self(Target target) {
    return target.person(Identity.APPROVER);
  }

  private static Call approve(Target target, Identity by) {
    return decide(target, Cases.waiting(target), "Approve", Cases.DIGEST, target.person(by));
  }

  private static Call decide(
      Target target, String escalation, String decision, String digest, String by) {
    return Call.merge(target.escalation(escalation), Bodies.approval(decision, digest, by));
  }

  private static Call swap(Target target) {
    return status(target, Cases.waiting(target), "actionDigest", "0".repeat(64));
  }

  private static Call status(Target target, String escalation, String field, String value) {
    return Call.merge(
        target.escalation(escalation) + "/status",
        "{\"status\":{\"" + field + "\":\"" + value + "\"}}");
  }

  private static Attack approver(String name, Function<Target, Call> call, Twin twin) {
    return new Attack(name, Identity.APPROVER, ESCALATIONS, call, twin);
  }
}
