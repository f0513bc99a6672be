package ai.prismer.claw.testkit.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the policies refuse people, admins and the operator itself. */
class PolicyIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Guard STATUS = new Guard.Policy("k8s4claw-status");
  private static final Guard ESCALATIONS = new Guard.Policy("k8s4claw-escalations");
  private static final Guard RECEIPTS = new Guard.Policy("k8s4claw-receipts");
  private static final Guard LOG = new Guard.Policy("k8s4claw-log");
  private static final Guard CONFINEMENT = new Guard.Policy("k8s4claw-confinement");
  private static final Guard CLAW_AUTHOR = new Guard.Policy("k8s4claw-claw-author");
  private static final Guard INTENT_AUTHOR = new Guard.Policy("k8s4claw-intent-author");
  private static final String API = "/apis/claw.prismer.ai/v1alpha1/namespaces/";

  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart =
      new InstalledChart(
          server, "--set", "authors.serviceAccountAnnotations={eks.amazonaws.com/role-arn}");

  private static Prey prey;
  private static KubernetesClient operator;
  private static KubernetesClient starOnOurGroup;
  private static KubernetesClient author;

  @BeforeAll
  static void people() {
    prey = new Prey(server, chart);
    operator = prey.as(Attack.Identity.OPERATOR);
    String namespace = prey.target().namespace();
    make(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: star, namespace: NS}
        rules: [{apiGroups: [claw.prismer.ai], resources: ["*"], verbs: ["*"]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: star, namespace: NS}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: star}
        subjects: [{kind: ServiceAccount, name: star, namespace: NS}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: author, namespace: NS}
        rules: [{apiGroups: [claw.prismer.ai], resources: [claws], verbs: [create, patch, manage]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: author, namespace: NS}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: author}
        subjects: [{kind: ServiceAccount, name: author, namespace: NS}]
        """,
        namespace);
    starOnOurGroup = server.clientForServiceAccount(namespace, "star");
    author = server.clientForServiceAccount(namespace, "author");
  }

  // --- status, escalations ------------------------------------------------------------------

  @Test
  void notEvenWhoHoldsEveryVerbOnOurGroupWritesAStatusOrAnEscalation() {
    for (KubernetesClient admin : List.of(starOnOurGroup, server.admin())) {
      Target target = prey.target();
      assertRefused(
          admin,
          Call.merge(target.self() + "/status", "{\"status\":{\"phase\":\"Running\"}}"),
          STATUS);
      assertRefused(
          admin, Call.post(target.escalations(), Bodies.escalation("forged", target)), ESCALATIONS);
    }
  }

  @Test
  void theOperatorWritesStatusAndNobodyElseDoesEvenThroughApply() {
    Target target = prey.target();
    String status =
        """
        {"apiVersion":"claw.prismer.ai/v1alpha1","kind":"Claw","metadata":{"name":"%s"},
         "status":{"phase":"Running"}}
        """
            .formatted(target.claw());
    Call apply = Call.apply(target.self() + "/status?fieldManager=k8s4claw&force=true", status);
    assertRefused(server.admin(), apply, STATUS);
    assertAccepted(operator, apply);
  }

  @Test
  void anEndedEscalationKeepsItsPhaseAndItsResult() {
    Target target = prey.target();
    assertAccepted(operator, Call.post(target.escalations(), Bodies.escalation("ended", target)));
    String status = target.escalations() + "/ended/status";
    assertAccepted(operator, Call.merge(status, "{\"status\":{\"phase\":\"Pending\"}}"));
    assertAccepted(operator, Call.merge(status, "{\"status\":{\"phase\":\"AutoExecuted\"}}"));
    assertRefused(operator, Call.merge(status, "{\"status\":{\"phase\":\"Failed\"}}"), ESCALATIONS);
    assertRefused(operator, Call.merge(status, "{\"status\":null}"), ESCALATIONS);
    assertAccepted(operator, Call.merge(status, "{\"status\":{\"result\":\"Healthy\"}}"));
    assertRefused(
        operator, Call.merge(status, "{\"status\":{\"result\":\"Undone\"}}"), ESCALATIONS);
    Call otherIncident =
        Call.merge(target.escalations() + "/ended", "{\"spec\":{\"severity\":\"Low\"}}");
    assertRefused(server.admin(), otherIncident, ESCALATIONS);
    widenTheOperator(target.namespace());
    assertRefused(operator, otherIncident, ESCALATIONS);
    assertRefused(server.admin(), Call.delete(target.escalations() + "/ended"), ESCALATIONS);
    assertAccepted(operator, Call.delete(target.escalations() + "/ended"));
  }

  // --- receipts, the log ----------------------------------------------------------------------

  @Test
  void aReceiptIsWrittenOnceAndNotEvenTheOperatorChangesOrDeletesIt() {
    Target target = prey.target();
    assertRefused(
        server.admin(), Call.post(target.receipts(), Bodies.receipt("one", target)), RECEIPTS);
    assertAccepted(operator, Call.post(target.receipts(), Bodies.receipt("one", target)));
    Call label =
        Call.merge(target.receipts() + "/one", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
    assertRefused(server.admin(), label, RECEIPTS);
    assertRefused(server.admin(), Call.delete(target.receipts() + "/one"), RECEIPTS);
    assertRefused(server.admin(), Call.delete(target.receipts()), RECEIPTS);
    // With RBAC out of the way, as an operator whose role somebody widened.
    widenTheOperator(target.operatorNamespace());
    assertRefused(operator, label, RECEIPTS);
    assertRefused(operator, Call.delete(target.receipts() + "/one"), RECEIPTS);
    assertRefused(operator, Call.delete(target.receipts()), RECEIPTS);
    assertThat(
            server
                .admin()
                .genericKubernetesResources("claw.prismer.ai/v1alpha1", "ClawOpsReceipt")
                .inNamespace(target.operatorNamespace())
                .withName("one")
                .get())
        .isNotNull();
  }

  @Test
  void receiptsLieInTheOperatorsNamespaceOnly() {
    Target target = prey.target();
    widenTheOperator(target.namespace());
    assertRefused(
        operator,
        Call.post(
            API + target.namespace() + "/clawopsreceipts", Bodies.receipt("elsewhere", target)),
        RECEIPTS);
  }

  @ParameterizedTest
  @CsvSource({"configmaps,ConfigMap,k8s4claw-log", "secrets,Secret,k8s4claw-signing-key"})
  void headAndKeyOfTheLogAreTheOperatorsAlone(String plural, String kind, String name) {
    String path = "/api/v1/namespaces/" + chart.namespace() + "/" + plural;
    String body =
        "{\"apiVersion\":\"v1\",\"kind\":\"%s\",\"metadata\":{\"name\":\"%s\"}}"
            .formatted(kind, name);
    assertRefused(server.admin(), Call.post(path, body), LOG);
    assertAccepted(operator, Call.post(path, body));
    String object = path + "/" + name;
    Call change = Call.merge(object, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
    assertRefused(server.admin(), change, LOG);
    assertRefused(server.admin(), Call.delete(object), LOG);
    assertRefused(server.admin(), Call.delete(path), LOG);
    if (kind.equals("ConfigMap")) {
      assertAccepted(operator, change);
    } else {
      // The key is made once: the operator's own role cannot change or remove a Secret.
      assertRefused(operator, change, new Guard.Rbac());
      assertRefused(operator, Call.delete(object), new Guard.Rbac());
    }
  }

  @Test
  void otherSecretsAndOtherNamespacesAreNobodysBusiness() {
    String body = "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"%s\"}}";
    assertAccepted(
        server.admin(),
        Call.post(
            "/api/v1/namespaces/" + chart.namespace() + "/secrets", body.formatted("unrelated")));
    assertAccepted(
        server.admin(),
        Call.post(prey.target().core("secrets"), body.formatted("k8s4claw-signing-key")));
  }

  // --- authors --------------------------------------------------------------------------------

  static Stream<Arguments> whatAnAuthorLacks() {
    return Stream.of(
        Arguments.of("{\"credentials\":{\"secretRef\":{\"name\":\"s\"}}}", "get on secrets"),
        Arguments.of("{\"imagePullSecrets\":[{\"name\":\"s\"}]}", "get on secrets"),
        Arguments.of("{\"serviceAccount\":{\"name\":\"star\"}}", "impersonate on serviceaccount"),
        Arguments.of(
            "{\"serviceAccount\":{\"annotations\":{\"iam.gke.io/gcp-service-account\":\"x\"}}}",
            "eks.amazonaws.com/role-arn"));
  }

  @ParameterizedTest
  @MethodSource("whatAnAuthorLacks")
  void anAuthorWithoutARightIsToldWhichOneAndAnAdministratorIsNot(String spec, String words) {
    Call patch = Call.merge(prey.target().self(), "{\"spec\":" + spec + "}").dryRun();
    assertThat(assertRefused(author, patch, CLAW_AUTHOR).words()).contains(words);
    if (!words.startsWith("eks")) {
      assertAccepted(server.admin(), patch);
    }
    Call create = Call.post(prey.target().claws(), claw("authored", spec)).dryRun();
    assertRefused(author, create, CLAW_AUTHOR);
  }

  @Test
  void whatChangesNothingOfABlockNeedsNoRightForIt() {
    Target target = prey.target();
    assertAccepted(
        server.admin(),
        Call.post(
            target.claws(),
            claw(
                "secretive",
                "{\"credentials\":{\"secretRef\":{\"name\":\"s\"}},\"serviceAccount\":{\"name\":\"star\"}}")));
    String path = target.claws() + "/secretive";
    assertAccepted(author, Call.merge(path, "{\"spec\":{\"suspend\":true}}"));
    assertAccepted(author, Call.merge(path, "{\"spec\":{\"credentials\":null}}"));
    assertRefused(
        author,
        Call.merge(path, "{\"spec\":{\"credentials\":{\"secretRef\":{\"name\":\"s\"}}}}"),
        CLAW_AUTHOR);
  }

  @Test
  void anAllowedAnnotationAndPlainWorkNeedNothingMore() {
    Target target = prey.target();
    assertAccepted(
        author,
        Call.post(
                target.claws(),
                claw(
                    "plain",
                    "{\"serviceAccount\":{\"annotations\":{\"eks.amazonaws.com/role-arn\":\"x\"}},"
                        + "\"config\":{\"model\":\"m\",\"gateway\":7}}"))
            .dryRun());
  }

  @ParameterizedTest
  @ValueSource(strings = {"auth", "bind", "token", "tokens", "pairing"})
  void configurationThatIsTheOperatorsIsRefusedAtTheTopAndUnderGateway(String key) {
    for (String config : List.of("{\"%s\":1}", "{\"gateway\":{\"%s\":1}}")) {
      Call patch =
          Call.merge(prey.target().self(), "{\"spec\":{\"config\":" + config.formatted(key) + "}}");
      assertThat(assertRefused(server.admin(), patch, CLAW_AUTHOR).words())
          .contains("leave them out");
    }
  }

  @Test
  void aManagerMayAnswerAnAgentsIntentButNotAnotherManagers() {
    Prey fresh = new Prey(server, chart);
    Target target = fresh.target();
    String self = target.self();
    String administrator = target.administrator();
    Submission submit =
        (intent, by, authorClass) -> Call.merge(self, Bodies.submit(intent, by, authorClass));
    assertAccepted(fresh.as(Attack.Identity.AGENT), submit.call("{}", target.agent(), "llm"));
    assertAccepted(server.admin(), submit.call("{ }", administrator, "manager"));
    assertRefused(server.admin(), submit.call("{  }", administrator, "manager"), INTENT_AUTHOR);
    assertRefused(
        fresh.as(Attack.Identity.AGENT), submit.call("{  }", target.agent(), "llm"), INTENT_AUTHOR);
    Call half =
        Call.merge(self, "{\"metadata\":{\"annotations\":{\"claw.prismer.ai/ops-intent\":null}}}");
    assertThat(assertRefused(operator, half, INTENT_AUTHOR).words())
        .contains("come and go together");
    assertAccepted(operator, submit.call("{  }", chart.operatorUser(), "operator"));
  }

  /** Makes a submission. */
  private interface Submission {
    Call call(String intent, String by, String authorClass);
  }

  @Test
  void everyStandardVerbTogetherIsNotTheVerbManage() {
    Target target = prey.target();
    make(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: standard, namespace: NS}
        rules:
        - apiGroups: [claw.prismer.ai]
          resources: [claws]
          verbs: [get, list, create, update, patch, delete, deletecollection]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: standard, namespace: NS}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: standard}
        subjects: [{kind: ServiceAccount, name: standard, namespace: NS}]
        """,
        target.namespace());
    KubernetesClient standard = server.clientForServiceAccount(target.namespace(), "standard");
    assertRefused(
        standard, Call.post(target.claws(), claw("made", "{\"suspend\":true}")), CONFINEMENT);
    String generated =
        claw("x", "{\"suspend\":true}").replace("\"name\":\"x\"", "\"generateName\":\"x-\"");
    assertRefused(standard, Call.post(target.claws(), generated), CONFINEMENT);
    assertRefused(standard, Call.delete(target.self()), CONFINEMENT);
    assertRefused(standard, Call.delete(target.claws()), CONFINEMENT);
    String unchanged = Answer.to(Call.get(target.self()), standard).message();
    assertAccepted(standard, Call.put(target.self(), unchanged));
    assertRefused(
        standard,
        Call.put(
            target.self(),
            unchanged.replace("\"agentIntents\":\"Auto\"", "\"agentIntents\":\"Deny\"")),
        CONFINEMENT);
    assertAccepted(server.admin(), Call.post(target.claws(), generated).dryRun());
  }

  // --- life -------------------------------------------------------------------------------------

  @Test
  void aNamespaceWithAllOurKindsCanBeDeleted() {
    Prey doomed = new Prey(server, chart);
    Target target = doomed.target();
    assertAccepted(
        doomed.as(Attack.Identity.OPERATOR),
        Call.post(target.escalations(), Bodies.escalation("left", target)));
    assertAccepted(
        doomed.as(Attack.Identity.AGENT),
        Call.merge(target.self(), Bodies.submit("{}", target.agent(), "llm")));
    // The finalizer that an operator would take away.
    assertAccepted(
        doomed.as(Attack.Identity.OPERATOR),
        Call.merge(target.self(), "{\"metadata\":{\"finalizers\":null}}"));
    server.admin().namespaces().withName(target.namespace()).delete();
    await()
        .atMost(PATIENCE)
        .until(() -> server.admin().namespaces().withName(target.namespace()).get() == null);
  }

  @Test
  void aForegroundDeletionOfAClawWithAPendingIntentFinishes() {
    Prey doomed = new Prey(server, chart);
    Target target = doomed.target();
    assertAccepted(
        doomed.as(Attack.Identity.AGENT),
        Call.merge(target.self(), Bodies.submit("{}", target.agent(), "llm")));
    assertAccepted(
        server.admin(), Call.merge(target.self(), "{\"metadata\":{\"finalizers\":null}}"));
    assertAccepted(
        server.admin(),
        new Call(
            "DELETE",
            target.self(),
            "application/json",
            "{\"propagationPolicy\":\"Foreground\"}",
            Map.of()));
    await()
        .atMost(PATIENCE)
        .until(() -> Answer.to(Call.get(target.self()), server.admin()).code() == 404);
  }

  private static void widenTheOperator(String namespace) {
    make(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: wide, namespace: NS}
        rules: [{apiGroups: [claw.prismer.ai], resources: ["*"], verbs: ["*"]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: wide, namespace: NS}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: wide}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: "OPERATOR"}]
        """
            .replace("OPERATOR", chart.operatorUser()),
        namespace);
  }

  private static String claw(String name, String spec) {
    return "{\"apiVersion\":\"claw.prismer.ai/v1alpha1\",\"kind\":\"Claw\",\"metadata\":{\"name\":\"%s\"},"
            .formatted(name)
        + "\"spec\":{\"runtime\":\"openclaw\","
        + spec.substring(1)
        + "}";
  }

  private static List<HasMetadata> make(String yaml, String namespace) {
    return server.apply(yaml.replace("NS", namespace));
  }

  private static Answer assertRefused(KubernetesClient by, Call call, Guard guard) {
    Answer answer = Answer.to(call, by);
    assertThat(answer.guard()).as(call.path() + ": " + answer).isEqualTo(guard);
    return answer;
  }

  private static void assertAccepted(KubernetesClient by, Call call) {
    Answer answer = Answer.to(call, by);
    assertThat(answer.accepted()).as(call.path() + ": " + answer).isTrue();
  }
}
