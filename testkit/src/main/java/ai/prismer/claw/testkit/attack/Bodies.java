package ai.prismer.claw.testkit.attack;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bodies of requests. */
final class Bodies {
  static final String GROUP = "claw.prismer.ai/";
  static final String INTENT = GROUP + "ops-intent";
  static final String BY = GROUP + "ops-intent-by";
  static final String CLASS = GROUP + "ops-intent-class";
  static final String THAW = GROUP + "ops-thaw";
  static final String UNDO = GROUP + "ops-undo";

  private Bodies() {}

  /** A well-formed intent. */
  static String intent(String action, String params, long generation) {
    return "{\"action\":\"%s\",\"params\":%s,\"generation\":%d,\"source\":\"agent\"}"
        .formatted(action, params, generation);
  }

  /** A merge patch of the three annotations; null removes one, an absent key leaves it. */
  static String annotations(Map<String, @Nullable String> values) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode annotations = root.putObject("metadata").putObject("annotations");
    values.forEach(annotations::put);
    return root.toString();
  }

  /** A merge patch that submits an intent as everybody should. */
  static String submit(String intent, String by, String authorClass) {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    values.put(INTENT, intent);
    values.put(BY, by);
    values.put(CLASS, authorClass);
    return annotations(values);
  }

  /** A Claw with nothing special. */
  static String claw(String name) {
    return """
    {"apiVersion":"claw.prismer.ai/v1alpha1","kind":"Claw","metadata":{"name":"%s"},"spec":{"runtime":"openclaw"}}\
    """
        .formatted(name);
  }

  /** A receipt that would pass the schema. */
  static String receipt(String name, Target target) {
    return """
    {"apiVersion":"claw.prismer.ai/v1alpha1","kind":"ClawOpsReceipt","metadata":{"name":"%s"},
     "spec":{"index":999999,"claw":{"namespace":"%s","name":"%s","uid":"0"},"decision":"Execute","envelope":"{}"}}\
    """
        .formatted(name, target.namespace(), target.claw());
  }

  /** An escalation that would pass the schema. */
  static String escalation(String name, Target target) {
    return """
    {"apiVersion":"claw.prismer.ai/v1alpha1","kind":"ClawOpsEscalation","metadata":{"name":"%s"},
     "spec":{"clawRef":{"name":"%s"},"clawUid":"0","severity":"High",
     "trigger":{"type":"OOMKilled","firstSeen":"2026-01-01T00:00:00Z","count":1}}}\
    """
        .formatted(name, target.claw());
  }

  /** Asks the API server what the asker may do. */
  static String mayI(Target target, String verb, String resource, String subresource) {
    return """
    {"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":
     {"namespace":"%s","verb":"%s","resource":"%s","subresource":"%s"}}}\
    """
        .formatted(target.namespace(), verb, resource, subresource);
  }
}
