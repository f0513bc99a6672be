package ai.prismer.claw.testkit.attack;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;

/**
 * Escalations of one Claw in the phases that attacks presuppose. They are made by the operator's
 * name and decided by the approver's, as real ones are; their deadlines lie far ahead, so that an
 * operator that runs leaves them as they are.
 */
public final class Cases {
  /** What {@link #waiting} proposes; shaped like a digest. */
  static final String DIGEST = "5eedf00d".repeat(8);

  private static final String OTHER = "system:serviceaccount:elsewhere:companion";

  private Cases() {}

  /** A proposal waits for a person. */
  static String waiting(Target target) {
    return target.claw() + "-ops-waiting";
  }

  /** A person is asked, and there is no proposal. */
  static String bare(Target target) {
    return target.claw() + "-ops-bare";
  }

  /** A person has said no. */
  static String decided(Target target) {
    return target.claw() + "-ops-decided";
  }

  /** It has ended without a result. */
  static String ended(Target target) {
    return target.claw() + "-ops-ended";
  }

  /** The companion analyses it. */
  static String given(Target target) {
    return target.claw() + "-ops-given";
  }

  /** Another companion analyses it. */
  static String elsewhere(Target target) {
    return target.claw() + "-ops-elsewhere";
  }

  /** The companion had it, and its time is over. */
  static String late(Target target) {
    return target.claw() + "-ops-late";
  }

  /** Makes all of them. */
  public static void create(
      Function<Attack.Identity, KubernetesClient> identities, Target target, String clawUid) {
    KubernetesClient operator = identities.apply(Attack.Identity.OPERATOR);
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    String far = "\"deadline\":\"" + now.plus(1, ChronoUnit.DAYS) + "\"";
    String proposal =
        "\"proposedAction\":\"{\\\"action\\\":\\\"rollout-restart\\\",\\\"params\\\":{}}\",\"actionDigest\":\""
            + DIGEST
            + "\"";
    String waits = "\"phase\":\"AwaitingApproval\"," + far;
    String companion = target.person(Attack.Identity.COMPANION);
    make(operator, target, clawUid, waiting(target), waits + "," + proposal);
    make(operator, target, clawUid, bare(target), waits);
    make(operator, target, clawUid, decided(target), waits + "," + proposal);
    make(
        operator,
        target,
        clawUid,
        ended(target),
        "\"phase\":\"AutoExecuted\",\"finishedAt\":\"" + now + "\"");
    make(operator, target, clawUid, given(target), analyzing(companion, far));
    make(operator, target, clawUid, elsewhere(target), analyzing(OTHER, far));
    make(
        operator,
        target,
        clawUid,
        late(target),
        analyzing(companion, "\"deadline\":\"" + now.minus(1, ChronoUnit.MINUTES) + "\""));
    accepted(
        Answer.to(
            Call.merge(
                target.escalation(decided(target)),
                Bodies.approval("Reject", DIGEST, target.person(Attack.Identity.APPROVER))),
            identities.apply(Attack.Identity.APPROVER)));
  }

  private static String analyzing(String companion, String deadline) {
    return "\"phase\":\"Analyzing\",\"assignedTo\":\"" + companion + "\"," + deadline;
  }

  private static void make(
      KubernetesClient operator, Target target, String clawUid, String name, String status) {
    accepted(
        Answer.to(
            Call.post(target.escalations(), Bodies.escalation(name, target, clawUid)), operator));
    accepted(
        Answer.to(
            Call.merge(target.escalation(name) + "/status", "{\"status\":{" + status + "}}"),
            operator));
  }

  private static void accepted(Answer answer) {
    if (!answer.accepted()) {
      throw new IllegalStateException("an escalation could not be made: " + answer);
    }
  }
}
