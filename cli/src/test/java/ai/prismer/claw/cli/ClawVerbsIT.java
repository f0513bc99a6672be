package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The verbs about one Claw, with the token of a person who has the role admin in one namespace and
 * nothing elsewhere, on a real API server with the policies of the chart. The operator's hands are
 * those of this test; the operator itself answers in its own module.
 */
class ClawVerbsIT {
  private static final String HOSTILE = "\u001b]0;owned\u0007 \u202eyes";

  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  @TempDir Path folder;
  private String namespace;
  private KubeconfigUser person;

  @BeforeEach
  void aNamespaceWithAPersonAndAClaw() throws IOException {
    namespace = server.namespace();
    person = KubeconfigUser.admin(server, namespace, folder);
    server.apply(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: my-agent, namespace: %s}
        spec:
          runtime: openclaw
          resources: {requests: {memory: 64Mi}, limits: {memory: 64Mi, cpu: "1"}}
        """
            .formatted(namespace));
    person.awaitSuccess("status");
  }

  @Test
  void statusShowsEachConditionAndTheCommandThatBringsItOn() {
    status(
        """
        {"status":{"phase":"Degraded","channels":[
        {"name":"web","status":"Disconnected","backpressure":"blocked","deadLetterCount":3,
        "lastError":"HOSTILE"},{"name":"team","status":"Ready"}],"conditions":[
        {"type":"Ready","status":"False","reason":"CrashLoopBackOff","message":"HOSTILE",
        "lastTransitionTime":"2026-01-01T00:00:00Z"},
        {"type":"RuntimeReady","status":"False","reason":"CrashLoopBackOff","message":"exit 1",
        "lastTransitionTime":"2026-01-01T00:00:00Z"},
        {"type":"ChannelsReady","status":"False","reason":"Disconnected","message":"web",
        "lastTransitionTime":"2026-01-01T00:00:00Z"},
        {"type":"OpsFrozen","status":"True","reason":"ActionsInVain","message":"three in vain",
        "lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
        """);

    Program one = person.claw("status", "my-agent");
    Program all = person.claw("status");

    assertThat(one.exitCode()).as(one.err()).isZero();
    assertThat(one.out())
        .contains("my-agent is Degraded in namespace " + namespace)
        .contains(
            "RuntimeReady: kubectl claw logs my-agent -n " + namespace + " --previous",
            "kubectl claw logs my-agent -n " + namespace + " -c channel-web",
            "kubectl claw thaw my-agent -n " + namespace)
        .containsPattern("web +Disconnected +blocked +3 +\\\\u\\{1b\\}")
        .containsPattern("team +Ready +- +- +-")
        .contains("\\u{1b}]0;owned\\u{7} \\u{202e}yes")
        .doesNotContain("\u001b", "\u0007", "\u202e");
    assertThat(all.out()).containsPattern("my-agent +openclaw +Degraded +False +Enforce +");
    assertThat(person.claw("status", "-o", "name").out().strip())
        .isEqualTo("claw.claw.prismer.ai/my-agent");
  }

  @Test
  void machinesGetTheObjectAsTheServerHasIt() throws Exception {
    JsonNode one = person.claw("status", "my-agent", "-o", "json").json();
    JsonNode all = person.claw("-o", "json", "status").json();
    Program yaml = person.claw("status", "claw.claw.prismer.ai/my-agent", "-o=yaml");

    assertThat(one.at("/spec/runtime").asText()).isEqualTo("openclaw");
    assertThat(one.at("/metadata/uid").asText()).isEqualTo(uid());
    assertThat(all.at("/items/0/metadata/name").asText()).isEqualTo("my-agent");
    assertThat(yaml.out()).contains("\nkind: Claw\n", "runtime: openclaw");
  }

  @Test
  void whatCannotBeReadIsSaidWithTheNextStep() {
    Program absent = person.claw("status", "nobody");
    Program forbidden = person.claw("status", "-A");
    Program elsewhere = person.claw("status", "my-agent", "-n", chart.namespace());

    assertThat(absent.exitCode()).isEqualTo(1);
    assertThat(absent.err())
        .contains("there is no Claw nobody in namespace " + namespace, "next: ");
    assertThat(forbidden.exitCode()).isEqualTo(1);
    assertThat(forbidden.err())
        .contains("claws.claw.prismer.ai is forbidden", "at the cluster scope", "next: ");
    assertThat(elsewhere.err()).contains("is forbidden", chart.namespace());
  }

  @Test
  void pauseAndResumeSetAndRemoveTheAnnotationOnce() {
    assertThat(person.claw("pause", "my-agent").out()).startsWith("my-agent is paused: ");
    assertThat(annotation(Keys.PAUSED)).isEqualTo("true");
    String version = at().get().getMetadata().getResourceVersion();
    assertThat(person.claw("pause", "my-agent").out()).startsWith("my-agent was paused already");
    assertThat(at().get().getMetadata().getResourceVersion()).isEqualTo(version);
    assertThat(person.claw("status").out()).contains(" paused ");

    assertThat(person.claw("resume", "my-agent", "-o", "name").out().strip())
        .isEqualTo("claw.claw.prismer.ai/my-agent");
    assertThat(annotation(Keys.PAUSED)).isNull();
    assertThat(person.claw("resume", "my-agent").out()).startsWith("my-agent was not paused");
  }

  @Test
  void suspendAndWakeWriteTheSpecAndSayWhenNobodyCarriesItOut() {
    assertThat(person.claw("suspend", "my-agent", "--timeout", "0s").exitCode()).isZero();
    assertThat(at().get().getSpec().suspend()).isTrue();

    Program wake = person.claw("wake", "my-agent", "--timeout", "1s");

    assertThat(at().get().getSpec().suspend()).isFalse();
    assertThat(wake.exitCode()).isEqualTo(1);
    assertThat(wake.err())
        .contains("the spec is set, but my-agent is not Running after 1s", "next: ");
  }

  @Test
  void undoAsksUnderThePersonsOwnNameAndWaitsForTheAnswer() {
    status(adjusted("{\"field\":\"memory\",\"value\":\"96Mi\",GEN}"));
    Thread operator = answering(Keys.UNDO, "{\"status\":{\"ops\":{\"adjustments\":null}}}");

    Program undo = person.claw("undo", "my-agent", "--timeout", "30s");

    assertThat(undo.exitCode()).as(undo.err()).isZero();
    assertThat(undo.out().strip()).isEqualTo("memory=96Mi is taken away from my-agent");
    assertThat(answered(operator)).isEqualTo(person.name() + "#memory");
    assertThat(person.claw("undo", "my-agent").err()).contains("there is nothing to undo");
  }

  @Test
  void undoOfSeveralAdjustmentsNeverAsksWhichButSaysIt() {
    status(
        adjusted(
            "{\"field\":\"memory\",\"value\":\"96Mi\",GEN},{\"field\":\"cpu\",\"value\":\"2\",GEN}"));

    Program which = person.claw("undo", "my-agent");
    Program none = person.claw("undo", "my-agent", "--adjustment", "replicas");
    Program asked = person.claw("undo", "my-agent", "--adjustment", "cpu", "--timeout", "0s");
    Program other = person.claw("undo", "my-agent", "--adjustment", "memory", "--timeout", "1s");

    assertThat(which.exitCode()).isEqualTo(2);
    assertThat(which.err()).contains("choose one with --adjustment: memory, cpu");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(asked.exitCode()).as(asked.err()).isZero();
    assertThat(annotation(Keys.UNDO)).isEqualTo(person.name() + "#cpu");
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err()).contains("a request is pending already", "#cpu");
  }

  @Test
  void thawAsksOnlyWhereSelfHealingHasStoppedAndSaysWhyNobodyAnswers() {
    assertThat(person.claw("thaw", "my-agent").out()).contains("has not stopped");
    assertThat(annotation(Keys.THAW)).isNull();
    status(
        "{\"status\":{\"ops\":{\"breaker\":{\"openedAt\":\"2026-01-01T00:00:00Z\",\"reason\":\"x\"}}}}");
    person.claw("pause", "my-agent");

    Program thaw = person.claw("thaw", "my-agent", "--timeout", "1s");

    assertThat(annotation(Keys.THAW)).isEqualTo(person.name());
    assertThat(thaw.exitCode()).isEqualTo(1);
    assertThat(thaw.err())
        .contains("the operator has not answered within 1s", "next: it is paused: kubectl claw");
  }

  @Test
  void adoptPrintsThePatchThatMakesTheSpecSayItAndWritesNothing() throws Exception {
    status(adjusted("{\"field\":\"memory\",\"value\":\"96Mi\",GEN}"));
    String version = at().get().getMetadata().getResourceVersion();

    Program adopt = person.claw("adopt", "my-agent");

    assertThat(adopt.exitCode()).as(adopt.err()).isZero();
    assertThat(adopt.out())
        .isEqualToNormalizingNewlines(
            """
            apiVersion: claw.prismer.ai/v1alpha1
            kind: Claw
            metadata:
              name: my-agent
              namespace: NS
            spec:
              resources:
                requests:
                  memory: 96Mi
                limits:
                  memory: 96Mi
            """
                .replace("NS", namespace));
    assertThat(at().get().getMetadata().getResourceVersion()).isEqualTo(version);
    // What is printed is what a person can apply; afterwards there is nothing left to adopt.
    at().patch(
            PatchContext.of(PatchType.JSON_MERGE),
            person.claw("adopt", "my-agent", "-o", "json").out());
    assertThat(person.claw("adopt", "my-agent").err()).contains("there is nothing to adopt");
  }

  @Test
  void opsShowsWhatTheStatusKnowsAndThatReceiptsAreForbidden() throws Exception {
    status(
        """
        {"status":{"ops":{"breaker":{"openedAt":"2026-01-01T00:00:00Z","reason":"three in vain"},
        "adjustments":[{"field":"memory","value":"96Mi","by":"rule","generation":7,"since":"NOW"}],
        "recentSignals":[{"type":"OOMKilled","pod":"my-agent-0","podUid":"u","container":"runtime","key":"k","at":"NOW"}],
        "recentActions":[{"generation":7,"action":"bump-memory","at":"NOW","result":"Ineffective"}]
        }}}
        """
            .replace("NOW", Instant.now().toString()));

    Program ops = person.claw("ops", "my-agent", "--operator-namespace", chart.namespace());
    JsonNode json = person.claw("ops", "my-agent", "-o", "json").json();

    assertThat(ops.exitCode()).as(ops.err()).isZero();
    assertThat(ops.out())
        .contains("1 of 5 actions in the last hour", "three in vain", "kubectl claw thaw my-agent")
        .containsPattern("memory +96Mi +[0-9]+s +rule")
        .containsPattern("OOMKilled +runtime +[0-9]+s ago")
        .containsPattern("bump-memory +- +Ineffective");
    assertThat(ops.err()).contains("clawopsreceipts", "is forbidden");
    assertThat(json.at("/budget/used").asInt()).isEqualTo(1);
    assertThat(json.at("/frozen").asBoolean()).isTrue();
    assertThat(json.at("/history/0/result").asText()).isEqualTo("Ineffective");
  }

  @Test
  void eventsOfClawAndPodsComeInOneListAndSteerNoTerminal() {
    event("Claw", "my-agent", uid(), "OpsSignal", HOSTILE, "2026-01-01T10:00:02Z");
    event("Pod", "my-agent-0", "gone", "Killing", "an older pod", "2026-01-01T10:00:01Z");
    event("Pod", "my-agent-0-x", "other", "Other", "not ours", "2026-01-01T10:00:03Z");
    event("Claw", "my-agent", "of-before", "Other", "not ours", "2026-01-01T10:00:03Z");

    Program events = person.claw("events", "my-agent");

    assertThat(events.exitCode()).as(events.err()).isZero();
    assertThat(events.out().lines()).hasSize(3);
    assertThat(events.out().lines().toList().get(1)).contains("Pod/my-agent-0", "an older pod");
    assertThat(events.out().lines().toList().get(2)).contains("Claw/my-agent", "\\u{1b}");
    assertThat(events.out()).doesNotContain("\u001b", "\u202e", "not ours");
  }

  @Test
  void logsWithoutAPodSayWhereToLook() {
    Program logs = person.claw("logs", "my-agent");

    assertThat(logs.exitCode()).isEqualTo(1);
    assertThat(logs.err()).contains("my-agent has no pod", "next: kubectl claw status my-agent");
  }

  @Test
  void canIAsksTheServerAboutTheAgentAndNotAboutThePerson() throws Exception {
    new KubeconfigUser(server, namespace, "my-agent", folder)
        .allowed(
            """
            [{apiGroups: [claw.prismer.ai], resources: [claws], resourceNames: [my-agent], verbs: [get, patch]},
             {apiGroups: [""], resources: [configmaps], verbs: [list]}]
            """);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> person.claw("can-i", "my-agent").out().contains("configmaps"));

    Program table = person.claw("can-i", "my-agent");
    JsonNode json = person.claw("can-i", "my-agent", "-o", "json").json();

    assertThat(table.exitCode()).as(table.err()).isZero();
    assertThat(table.out())
        .containsPattern("claws.claw.prismer.ai +get patch +only my-agent")
        .containsPattern("configmaps +list +namespace " + namespace)
        .doesNotContain("secrets", "pods");
    assertThat(table.err()).contains("you may not create subjectaccessreviews of the cluster");
    // The role admin lets a person act as the accounts of the namespace, so the policy was asked.
    assertThat(json.at("/patchOfItsOwnClaw/change its spec").asText())
        .startsWith("refused: ")
        .contains("k8s4claw-confinement", "needs the verb \"manage\"");
    assertThat(json.at("/asked").asInt()).isGreaterThan(200);
  }

  private Resource<Claw> at() {
    return at(server.admin());
  }

  private Resource<Claw> at(KubernetesClient client) {
    return client.resources(Claw.class).inNamespace(namespace).withName("my-agent");
  }

  private String uid() {
    return at().get().getMetadata().getUid();
  }

  private @Nullable String annotation(String key) {
    var annotations = at().get().getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(key);
  }

  private void status(String patch) {
    String escaped = HOSTILE.replace("\u001b", "\\u001b").replace("\u0007", "\\u0007");
    at(chart.operator())
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch.replace("HOSTILE", escaped));
  }

  private static String adjusted(String adjustments) {
    return "{\"status\":{\"ops\":{\"adjustments\":["
        + adjustments.replace(
            "GEN", "\"by\":\"rule\",\"generation\":7,\"since\":\"2026-01-01T00:00:00Z\"")
        + "]}}}";
  }

  private volatile @Nullable String answer;

  /** The operator's hands: waits for a request, changes the status, takes the request away. */
  private Thread answering(String key, String statusPatch) {
    return Thread.ofVirtual()
        .start(() -> {
          Claw asked =
              at().waitUntilCondition(
                      claw ->
                          claw.getMetadata().getAnnotations() != null
                              && claw.getMetadata().getAnnotations().containsKey(key),
                      30,
                      TimeUnit.SECONDS);
          answer = asked.getMetadata().getAnnotations().get(key);
          status(statusPatch);
          at(chart.operator())
              .patch(
                  PatchContext.of(PatchType.JSON_MERGE),
                  "{\"metadata\":{\"annotations\":{\"" + key + "\":null}}}");
        });
  }

  private String answered(Thread operator) {
    try {
      operator.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return Objects.requireNonNull(answer);
  }

  private void event(
      String kind, String name, String uid, String reason, String message, String time) {
    server
        .admin()
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withGenerateName("event-")
                .withNamespace(namespace)
                .endMetadata()
                .withNewInvolvedObject()
                .withKind(kind)
                .withName(name)
                .withNamespace(namespace)
                .withUid(uid)
                .endInvolvedObject()
                .withType("Normal")
                .withReason(reason)
                .withMessage(message)
                .withFirstTimestamp(time)
                .withLastTimestamp(time)
                .build())
        .create();
  }
}
