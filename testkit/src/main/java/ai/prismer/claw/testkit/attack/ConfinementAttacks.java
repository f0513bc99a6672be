package ai.prismer.claw.testkit.attack;

import java.util.List;
import java.util.Map;

/** What an account without the verb {@code manage} must not change, though it may patch. */
final class ConfinementAttacks {
  private static final Guard CONFINEMENT = new Guard.Policy("k8s4claw-confinement");

  private static final String REPLACE_MANAGED_FIELDS =
      "[{\"op\":\"replace\",\"path\":\"/metadata/managedFields\",\"value\":[{}]}]";

  private ConfinementAttacks() {}

  static List<Attack> all() {
    return List.of(
        confined("change its own image", "{\"spec\":{\"image\":\"evil.example/agent:1\"}}"),
        confined(
            "raise its own memory limit",
            "{\"spec\":{\"resources\":{\"limits\":{\"memory\":\"64Gi\"}}}}"),
        confined("widen what healing may do", "{\"spec\":{\"ops\":{\"maxMemory\":\"64Gi\"}}}"),
        confined("suspend itself", "{\"spec\":{\"suspend\":true}}"),
        confined(
            "open its network",
            "{\"spec\":{\"security\":{\"networkPolicy\":{\"enabled\":false}}}}"),
        confined("change a label", "{\"metadata\":{\"labels\":{\"team\":\"red\"}}}"),
        confined(
            "take the finalizer away", "{\"metadata\":{\"finalizers\":[\"example.org/other\"]}}"),
        confined(
            "give itself an owner",
            "{\"metadata\":{\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\","
                + "\"name\":\"x\",\"uid\":\"x\"}]}}"),
        confined(
            "pause its operator",
            "{\"metadata\":{\"annotations\":{\"claw.prismer.ai/paused\":\"true\"}}}"),
        confined(
            "write a foreign annotation",
            "{\"metadata\":{\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"{}\"}}}"),
        new Attack(
            "let healing go on after it has stopped",
            CONFINEMENT,
            Moves.self(t -> Bodies.annotations(Map.of(Bodies.THAW, t.agent()))),
            Moves.manages(
                Moves.self(t -> Bodies.annotations(Map.of(Bodies.THAW, t.administrator()))))),
        new Attack(
            "take an adjustment away",
            CONFINEMENT,
            Moves.self(t -> Bodies.annotations(Map.of(Bodies.UNDO, t.agent() + "#memory"))),
            Moves.manages(
                Moves.self(
                    t -> Bodies.annotations(Map.of(Bodies.UNDO, t.administrator() + "#memory"))))),
        new Attack(
            "wipe the field owners",
            CONFINEMENT,
            t -> Call.jsonPatch(t.self(), REPLACE_MANAGED_FIELDS),
            Moves.manages(t -> Call.jsonPatch(t.self(), REPLACE_MANAGED_FIELDS))),
        new Attack(
            "apply by force under the operator's name",
            CONFINEMENT,
            t -> Call.apply(t.self() + "?fieldManager=k8s4claw&force=true", applied(t)),
            Moves.manages(
                t -> Call.apply(t.self() + "?fieldManager=k8s4claw&force=true", applied(t)))),
        new Attack(
            "change the spec after a test",
            CONFINEMENT,
            t -> Call.jsonPatch(t.self(), tested(t)),
            Moves.manages(t -> Call.jsonPatch(t.self(), tested(t)))));
  }

  private static Attack confined(String name, String patch) {
    return new Attack(
        name, CONFINEMENT, Moves.self(t -> patch), Moves.manages(Moves.self(t -> patch)));
  }

  private static String applied(Target target) {
    return """
    {"apiVersion":"claw.prismer.ai/v1alpha1","kind":"Claw","metadata":{"name":"%s"},
     "spec":{"runtime":"openclaw","image":"evil.example/agent:1"}}\
    """
        .formatted(target.claw());
  }

  private static String tested(Target target) {
    return """
    [{"op":"test","path":"/metadata/name","value":"%s"},
     {"op":"add","path":"/spec/suspend","value":true}]\
    """
        .formatted(target.claw());
  }
}
