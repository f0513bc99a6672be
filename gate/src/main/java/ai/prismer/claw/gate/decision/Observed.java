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
 * @param brakes what was done lately
 * @param docket who may ask, and what waits for a person
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
    Brakes brakes,
    Docket docket) {

  /** Copies the list. */
  public Observed {
    Objects.requireNonNull(claw);
    Objects.requireNonNull(now);
    Objects.requireNonNull(life);
    Objects.requireNonNull(brakes);
    Objects.requireNonNull(docket);
    pods = List.copyOf(pods);
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
    brakes.put(json.putObject("brakes"));
    json.set("docket", docket.toJson());
    return json;
  }

  /** Amounts as decimal strings: a double does not hold every long. */
  static void put(ObjectNode json, Limits limits) {
    limits.memoryBytes().ifPresent(bytes -> json.put("memoryBytes", Long.toString(bytes)));
    limits.cpuMillicores().ifPresent(cpu -> json.put("cpuMillicores", Long.toString(cpu)));
  }
}
