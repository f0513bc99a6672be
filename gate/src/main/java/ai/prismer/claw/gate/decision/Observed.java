package ai.prismer.claw.gate.decision;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.intent.Action;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything about the world that a decision may depend on; recorded in full in the receipt.
 *
 * @param claw which Claw
 * @param now the time of the decision
 * @param mark the highest generation processed so far; 0 for none
 * @param life whether the Claw may be acted on at all
 * @param inFlight the action that is not finished yet, if any
 * @param running limits of the runtime container in the pods as they run now; the largest where
 *     pods differ
 * @param desired limits of the runtime container in the pods the operator is asking for now: spec
 *     and adjustments together
 * @param pods the Claw's own pods: named after its StatefulSet and owned by it, by UID
 * @param replicas how many pods are asked for
 * @param singleWriter whether the runtime's state allows one pod only
 * @param largestNode allocatable resources of the largest schedulable node; absent if not known
 * @param namespaceBound the highest limits that LimitRanges and ResourceQuotas of the namespace
 *     leave to the runtime container of each pod; absent where they set none
 * @param outbreak the outbreak of failures that this Claw lies in, if there is one
 * @param brakes what was done lately
 * @param docket who may ask, and what waits for a person
 * @param ruleAsking id of the rule that needs the slot at this moment, if one does; looked for only
 *     where an agent's or nobody's intent stands in it
 */
public record Observed(
    ClawIdentity claw,
    Instant now,
    long mark,
    Life life,
    @Nullable Action inFlight,
    Limits running,
    Limits desired,
    List<Pod> pods,
    int replicas,
    boolean singleWriter,
    Limits largestNode,
    Limits namespaceBound,
    @Nullable Outbreak outbreak,
    Brakes brakes,
    Docket docket,
    @Nullable String ruleAsking) {

  /** Copies the list. */
  public Observed {
    Objects.requireNonNull(claw);
    Objects.requireNonNull(now);
    Objects.requireNonNull(life);
    Objects.requireNonNull(namespaceBound);
    Objects.requireNonNull(brakes);
    Objects.requireNonNull(docket);
    pods = List.copyOf(pods);
  }

  /** The same, with a rule that needs the slot. */
  public Observed askedBy(String rule) {
    return new Observed(
        claw,
        now,
        mark,
        life,
        inFlight,
        running,
        desired,
        pods,
        replicas,
        singleWriter,
        largestNode,
        namespaceBound,
        outbreak,
        brakes,
        docket,
        rule);
  }

  /** Whether a Claw may be acted on. Where several hold, the first of this order is observed. */
  public enum Life {
    /** Its deletion has begun. */
    DELETING,
    /** The annotation {@code claw.prismer.ai/paused}: hands off. */
    PAUSED,
    /** {@code spec.suspend}: no pods wanted. */
    SUSPENDED,
    /** Alive. */
    ACTIVE
  }

  /**
   * One of the Claw's own pods.
   *
   * @param name its name
   * @param uid its UID
   * @param failing whether it is what the current signals are about, or is not ready
   */
  public record Pod(String name, String uid, boolean failing) {
    /** No part is absent. */
    public Pod {
      Objects.requireNonNull(name);
      Objects.requireNonNull(uid);
    }
  }

  /** This observation as it is recorded. */
  public ObjectNode toJson() {
    ObjectNode json = CanonicalJson.object();
    json.put("now", now.toString());
    json.put("mark", mark);
    json.put("life", life.name());
    if (inFlight != null) {
      json.put("inFlight", inFlight.id());
    }
    put(json.putObject("running"), running);
    put(json.putObject("desired"), desired);
    var list = json.putArray("pods");
    for (Pod pod : pods) {
      list.addObject().put("name", pod.name).put("uid", pod.uid).put("failing", pod.failing);
    }
    json.put("replicas", replicas);
    json.put("singleWriter", singleWriter);
    put(json.putObject("largestNode"), largestNode);
    // Absent rather than empty: receipts from before these were observed are decided again as well.
    if (!namespaceBound.equals(Limits.NONE)) {
      put(json.putObject("namespaceBound"), namespaceBound);
    }
    if (outbreak != null) {
      outbreak.put(json.putObject("outbreak"));
    }
    brakes.put(json.putObject("brakes"));
    json.set("docket", docket.toJson());
    if (ruleAsking != null) {
      json.put("ruleAsking", ruleAsking);
    }
    return json;
  }

  /** Amounts as decimal strings: a double does not hold every long. */
  static void put(ObjectNode json, Limits limits) {
    limits.memoryBytes().ifPresent(bytes -> json.put("memoryBytes", Long.toString(bytes)));
    limits.cpuMillicores().ifPresent(cpu -> json.put("cpuMillicores", Long.toString(cpu)));
  }
}
