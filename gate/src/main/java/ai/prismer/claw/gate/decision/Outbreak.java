package ai.prismer.claw.gate.decision;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/**
 * So many agents fail at once that the fault lies elsewhere: a node, a registry, a bad rollout.
 * What heals one agent would only add to that, so nothing is done without a person until it is
 * over.
 *
 * @param where where it is: {@code namespace} and its name, or {@code the cluster}
 * @param abnormal how many agents fail there
 * @param of how many agents there are
 */
public record Outbreak(String where, int abnormal, int of) {
  /** No part is absent. */
  public Outbreak {
    Objects.requireNonNull(where);
  }

  void put(ObjectNode json) {
    json.put("where", where);
    json.put("abnormal", abnormal);
    json.put("of", of);
  }

  @Override
  public String toString() {
    return abnormal + " of " + of + " agents in " + where + " fail at once";
  }
}
