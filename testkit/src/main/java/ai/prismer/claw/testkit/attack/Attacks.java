package ai.prismer.claw.testkit.attack;

import ai.prismer.claw.testkit.attack.Attack.Identity;
import ai.prismer.claw.testkit.attack.Attack.Twin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue: what the token of an agent with {@code agentIntents: Auto} is used for by whoever
 * controls the agent.
 *
 * <p>An attack that two guards would refuse shows nothing about the second, and which of two
 * policies answers is the server's choice. So each attempt is shaped to be lawful for every guard
 * but one, and names that one.
 */
public final class Attacks {
  private static final Guard RBAC = new Guard.Rbac();
  private static final Guard CONFINEMENT = new Guard.Policy("k8s4claw-confinement");
  private static final Guard AUTHOR = new Guard.Policy("k8s4claw-intent-author");
  private static final Guard VALIDATION = new Guard.Validation();

  private static final String REPLACE_MANAGED_FIELDS =
      "[{\"op\":\"replace\",\"path\":\"/metadata/managedFields\",\"value\":[{}]}]";

  /** One of each kind, few enough for a person to read. */
  private static final Set<String> REEL =
      Set.of(
          "delete its own Claw",
          "write its own status",
          "patch another Claw",
          "forge a receipt",
          "run a command in its pod",
          "list the Secrets",
          "make itself a token",
          "act as the operator",
          "change its own image",
          "raise its own memory limit",
          "widen what healing may do",
          "take the finalizer away",
          "wipe the field owners",
          "claim to be a manager",
          "sign an intent with another name",
          "ask from far in the future",
          "ask with the same key twice",
          "ask for 1e18 bytes",
          "ask for more than the bounds");

  private Attacks() {}

  /** All of them. */
  public static List<Attack> all() {
    return Stream.of(rbac(), confinement(), author(), gate()).flatMap(List::stream).toList();
  }

  /** Those that are shown: each guard, at least half of them past RBAC. */
  public static List<Attack> reel() {
    return all().stream().filter(attack -> REEL.contains(attack.name())).toList();
  }

  /** Those that presuppose an intent of this agent that nobody has decided yet. */
  public static List<Attack> whilePending() {
    Function<Target, Call> replace =
        self(target ->
            Bodies.submit(
                Bodies.intent("restart-pod", "{}", target.now() + 1), target.agent(), "llm"));
    Map<String, @Nullable String> gone = new LinkedHashMap<>();
    gone.put(Bodies.INTENT, null);
    gone.put(Bodies.BY, null);
    gone.put(Bodies.CLASS, null);
    Function<Target, Call> remove = self(target -> Bodies.annotations(gone));
    return List.of(
        new Attack("replace a pending intent", AUTHOR, replace, manages(managersIntent())),
        new Attack("remove a pending intent", AUTHOR, remove, manages(remove)),
        new Attack(
            "turn a pending intent into a manager's",
            AUTHOR,
            self(target -> Bodies.annotations(Map.of(Bodies.CLASS, "manager"))),
            manages(managersIntent())));
  }

  private static List<Attack> rbac() {
    List<Attack> attacks = new ArrayList<>();
    attacks.add(lacksRight("create a Claw", t -> Call.post(t.claws(), Bodies.claw("attack"))));
    attacks.add(lacksRight("delete its own Claw", t -> Call.delete(t.self())));
    attacks.add(lacksRight("delete all Claws", t -> Call.delete(t.claws())));
    attacks.add(
        new Attack(
            "replace its own Claw",
            RBAC,
            t -> Call.put(t.self(), Bodies.claw(t.claw())),
            manages(t -> Call.merge(t.self(), "{}"))));
    attacks.add(
        lacksRight(
            "patch another Claw",
            t -> Call.merge(t.other(), "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")));
    attacks.add(
        new Attack(
            "patch a Claw in another namespace",
            RBAC,
            t -> Call.merge(t.clawElsewhere(), "{}"),
            manages(t -> Call.merge(t.self(), "{}"))));
    attacks.add(
        new Attack(
            "write its own status",
            RBAC,
            t -> Call.merge(t.self() + "/status", "{\"status\":{\"phase\":\"Failed\"}}"),
            operates(
                t -> Call.merge(t.self() + "/status", "{\"status\":{\"phase\":\"Failed\"}}"))));
    attacks.add(
        new Attack(
            "forge a receipt",
            RBAC,
            t -> Call.post(t.receipts(), Bodies.receipt("forged", t)),
            operates(t -> Call.post(t.receipts(), Bodies.receipt("forged", t)))));
    attacks.add(
        new Attack(
            "forge an escalation",
            RBAC,
            t -> Call.post(t.escalations(), Bodies.escalation("forged", t)),
            operates(t -> Call.post(t.escalations(), Bodies.escalation("forged", t)))));
    attacks.addAll(rbacOfOthers());
    return attacks;
  }

  private static List<Attack> rbacOfOthers() {
    Function<Target, Call> token =
        t ->
            Call.post(
                t.core("serviceaccounts/default/token"),
                "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{}}");
    return List.of(
        new Attack(
            "run a command in its pod",
            RBAC,
            t -> Call.post(t.core("pods/" + t.claw() + "-0/exec?command=id&stdout=true"), "{}"),
            may("create", "pods", "exec")),
        new Attack(
            "make a pod",
            RBAC,
            t -> Call.post(t.core("pods"), pod()),
            manages(t -> Call.post(t.core("pods"), pod()))),
        new Attack(
            "patch its StatefulSet",
            RBAC,
            t ->
                Call.merge(
                    t.group("apps/v1", "statefulsets/" + t.claw()), "{\"spec\":{\"replicas\":1}}"),
            may("patch", "statefulsets", "")),
        new Attack(
            "list the Secrets",
            RBAC,
            t -> Call.get(t.core("secrets")),
            new Twin(Identity.ADMINISTRATOR, t -> Call.get(t.core("secrets")))),
        new Attack("make itself a token", RBAC, token, manages(token)),
        new Attack(
            "act as the operator",
            RBAC,
            t -> Call.get(t.self()).as(t.operator()),
            new Twin(Identity.ADMINISTRATOR, t -> Call.get(t.self()).as(t.operator()))),
        new Attack(
            "bind itself to cluster-admin",
            RBAC,
            t -> Call.post(t.group("rbac.authorization.k8s.io/v1", "rolebindings"), binding(t)),
            manages(t ->
                Call.post(t.group("rbac.authorization.k8s.io/v1", "rolebindings"), binding(t)))),
        new Attack(
            "cut the receipt log back",
            RBAC,
            t ->
                Call.merge(
                    "/api/v1/namespaces/" + t.operatorNamespace() + "/configmaps/k8s4claw-log",
                    "{}"),
            new Twin(
                Identity.OPERATOR,
                t -> Call.get("/api/v1/namespaces/" + t.operatorNamespace() + "/configmaps"))));
  }

  private static List<Attack> confinement() {
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
            "wipe the field owners",
            CONFINEMENT,
            t -> Call.jsonPatch(t.self(), REPLACE_MANAGED_FIELDS),
            manages(t -> Call.jsonPatch(t.self(), REPLACE_MANAGED_FIELDS))),
        new Attack(
            "apply by force under the operator's name",
            CONFINEMENT,
            t -> Call.apply(t.self() + "?fieldManager=k8s4claw&force=true", applied(t)),
            manages(t -> Call.apply(t.self() + "?fieldManager=k8s4claw&force=true", applied(t)))),
        new Attack(
            "change the spec after a test",
            CONFINEMENT,
            t -> Call.jsonPatch(t.self(), tested(t)),
            manages(t -> Call.jsonPatch(t.self(), tested(t)))));
  }

  private static List<Attack> author() {
    Twin lawful =
        new Twin(Identity.AGENT, t -> self(u -> submission(u, "llm", u.agent())).apply(t).dryRun());
    return List.of(
        new Attack(
            "ask without a name",
            AUTHOR,
            self(t ->
                Bodies.annotations(
                    Map.of(Bodies.INTENT, Bodies.intent("restart-pod", "{}", t.now())))),
            lawful),
        new Attack(
            "sign an intent with another name",
            AUTHOR,
            self(t -> submission(t, "llm", "alice")),
            lawful),
        new Attack(
            "sign an intent with the operator's name",
            AUTHOR,
            self(t -> submission(t, "llm", t.operator())),
            lawful),
        new Attack(
            "sign an intent with nothing", AUTHOR, self(t -> submission(t, "llm", "")), lawful),
        new Attack(
            "claim to be a manager",
            AUTHOR,
            self(t -> submission(t, "manager", t.agent())),
            manages(managersIntent())),
        new Attack(
            "claim to be the operator",
            AUTHOR,
            self(t -> submission(t, "operator", t.agent())),
            operates(self(t -> submission(t, "operator", t.operator())))),
        new Attack(
            "claim an unknown class", AUTHOR, self(t -> submission(t, "root", t.agent())), lawful),
        new Attack(
            "name an author without an intent",
            AUTHOR,
            self(t -> Bodies.annotations(Map.of(Bodies.BY, t.agent(), Bodies.CLASS, "llm"))),
            lawful),
        new Attack(
            "ask with 4,098 bytes in 3-byte characters",
            AUTHOR,
            self(t -> Bodies.submit("\u20ac".repeat(1366), t.agent(), "llm")),
            new Twin(
                Identity.AGENT,
                t ->
                    self(u -> Bodies.submit("\u20ac".repeat(1365), u.agent(), "llm"))
                        .apply(t)
                        .dryRun())),
        new Attack(
            "ask with 1 MiB",
            VALIDATION,
            self(t -> Bodies.submit("x".repeat(1 << 20), t.agent(), "llm")),
            lawful));
  }

  private static List<Attack> gate() {
    return List.of(
        gated(
            "ask from far in the future",
            "ahead of the clock",
            t -> Bodies.intent("restart-pod", "{}", 9007199254740991L)),
        gated(
            "ask with the same key twice",
            "appears twice",
            t ->
                "{\"action\":\"restart-pod\",\"action\":\"restart-pod\",\"generation\":%d,\"source\":\"agent\"}"
                    .formatted(t.now())),
        gated("ask for 1e18 bytes", "1e18", memory("1e18")),
        gated("ask for -1 bytes", "plain amount", memory("-1")),
        gated("ask for more than the bounds", "more than twice", memory("512Gi")),
        gated(
            "ask for an operation there is not",
            "there is no action",
            t -> Bodies.intent("delete-claw", "{}", t.now())),
        gated(
            "ask with a letter that only looks right",
            "there is no action",
            t -> Bodies.intent("bump-mem\u043ery", "{\"target\":\"1Gi\"}", t.now())),
        gated(
            "restart somebody else's pod",
            "none of the pods",
            t -> Bodies.intent("restart-pod", "{\"pod\":\"" + t.otherClaw() + "-0\"}", t.now())),
        gated(
            "answer an escalation",
            "escalationRef",
            t ->
                "{\"action\":\"restart-pod\",\"params\":{},\"generation\":%d,\"source\":\"agent\",\"escalationRef\":\"x\"}"
                    .formatted(t.now())));
  }

  private static Function<Target, String> memory(String quantity) {
    return t -> Bodies.intent("bump-memory", "{\"target\":\"" + quantity + "\"}", t.now());
  }

  private static Attack gated(String name, String words, Function<Target, String> intent) {
    return new Attack(
        name,
        new Guard.Gate(words),
        self(t -> Bodies.submit(intent.apply(t), t.agent(), "llm")),
        new Twin(
            Identity.AGENT, t -> self(u -> submission(u, "llm", u.agent())).apply(t).dryRun()));
  }

  private static Attack confined(String name, String patch) {
    return new Attack(name, CONFINEMENT, self(t -> patch), manages(self(t -> patch)));
  }

  private static Attack lacksRight(String name, Function<Target, Call> call) {
    return new Attack(name, RBAC, call, manages(call));
  }

  private static Function<Target, Call> self(Function<Target, String> patch) {
    return target -> Call.merge(target.self(), patch.apply(target));
  }

  private static Twin manages(Function<Target, Call> call) {
    return new Twin(Identity.ADMINISTRATOR, target -> call.apply(target).dryRun());
  }

  private static Twin operates(Function<Target, Call> call) {
    return new Twin(Identity.OPERATOR, target -> call.apply(target).dryRun());
  }

  private static Twin may(String verb, String resource, String subresource) {
    return new Twin(
        Identity.ADMINISTRATOR,
        target ->
            Call.post(
                "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                Bodies.mayI(target, verb, resource, subresource)));
  }

  private static Function<Target, Call> managersIntent() {
    return self(t -> submission(t.at(t.now() + 7), "manager", t.administrator()));
  }

  private static String submission(Target target, String authorClass, String by) {
    return Bodies.submit(Bodies.intent("restart-pod", "{}", target.now()), by, authorClass);
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

  private static String pod() {
    return """
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"attack"},
     "spec":{"containers":[{"name":"a","image":"evil.example/agent:1"}]}}\
    """;
  }

  private static String binding(Target target) {
    return """
    {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"attack"},
     "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},
     "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"%s"}]}\
    """
        .formatted(target.agent());
  }
}
