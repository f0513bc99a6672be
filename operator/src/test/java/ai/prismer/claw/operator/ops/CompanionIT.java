package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.ClawReference;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.ops.EscalationSpec;
import ai.prismer.claw.api.ops.EscalationStatus;
import ai.prismer.claw.api.ops.Severity;
import ai.prismer.claw.api.ops.Trigger;
import ai.prismer.claw.operator.configuration.Companion;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.attack.Users;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A scripted companion with the real token of its account, and the rights the operator gave it. */
class CompanionIT {
  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private final TestClock clock = new TestClock();
  private HealingBed bed;
  private ClawOperator operator;
  private KubernetesClient companion;
  private Pod old;

  @BeforeEach
  void start() {
    bed = new HealingBed(server, chart);
    companion = server.clientForServiceAccount(bed.namespace, "companion");
    operator =
        bed.operators.start(
            clock, List.of(new Companion(bed.namespace + "/companion", List.of(bed.namespace))));
    bed.converged("agent");
    old = bed.pod("agent", pod -> true);
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Test
  void aCompanionProposesAPersonApprovesAndTheGateIsPassedTwice() {
    ClawOpsEscalation given = given("one");
    assertThat(given.getStatus().assignedTo()).isEqualTo(Users.self(companion));

    propose(companion, "restart-pod", "{\"pod\":\"agent-0\"}", "one");
    ClawOpsEscalation waiting = bed.escalation("agent", EscalationPhase.AwaitingApproval);
    bed.intents.awaitNone("agent");
    assertThat(waiting.getMetadata().getName()).isEqualTo("one");
    assertThat(bed.story("agent")).containsExactly("Hold");
    assertThat(bed.diary.podsEver("agent")).isEqualTo(1);
    new Approver(bed).decide(waiting, "Approve");
    bed.verify("agent", bed.podOtherThan("agent", old), clock, operator);
    bed.awaitEnd("agent", "Healthy");

    assertThat(bed.story("agent")).containsExactly("Hold", "Execute", "Outcome Healthy");
    assertThat(bed.escalation("agent", EscalationPhase.Executed).getStatus().result())
        .isEqualTo("Healthy");
  }

  @Test
  void anAnalysisIsTakenAsUntrustedWordsAndStripped() {
    given("one");

    analyse("one", "a leak, see https://evil.example/ and <@U1> \u202e");

    ClawOpsEscalation waiting = bed.escalation("agent", EscalationPhase.AwaitingApproval);
    assertThat(waiting.getStatus().analysis())
        .isEqualTo(
            "[unsure; untrusted words of %s] a leak, see (link) and  \\u{202e}"
                .formatted(Users.self(companion)));
    assertThat(waiting.getStatus().proposedAction()).isNull();
    awaitNoAnalysis();
    assertThat(bed.story("agent")).as("nothing was decided").isEmpty();
    assertThat(bed.diary.podsEver("agent")).isEqualTo(1);
  }

  @Test
  void aCompanionThatIsSilentCostsTimeAndNothingElse() {
    given("one");

    clock.forward(Passage.ANALYSIS);
    operator.trigger().all();

    assertThat(bed.escalation("agent", EscalationPhase.AwaitingApproval).getStatus())
        .returns(null, EscalationStatus::proposedAction)
        .satisfies(status -> assertThat(status.notified()).hasSize(1));
    propose(companion, "restart-pod", "{\"pod\":\"agent-0\"}", "one");
    bed.intents.awaitNone("agent");
    bed.eventually(() -> assertThat(bed.story("agent")).containsExactly("Reject not-assigned"));
    analyse("one", "too late");
    awaitNoAnalysis();
    assertThat(bed.escalation("agent", EscalationPhase.AwaitingApproval).getStatus().analysis())
        .isNull();
  }

  @Test
  void aCompanionIsHeardAboutNothingButWhatItWasGiven() {
    given("one");

    propose(companion, "restart-pod", "{\"pod\":\"agent-0\"}", null);
    bed.intents.awaitNone("agent");
    clock.forward(Duration.ofSeconds(1));
    propose(companion, "restart-pod", "{\"pod\":\"agent-0\"}", "two");
    bed.intents.awaitNone("agent");
    clock.forward(Duration.ofSeconds(1));
    propose(companion, "bump-memory", "{\"target\":\"1Gi\"}", "one");
    bed.intents.awaitNone("agent");

    bed.eventually(() ->
        assertThat(bed.story("agent"))
            .containsExactly(
                "Reject not-the-agent", "Reject escalation-unknown", "Reject step-too-large"));
    assertThat(bed.escalation("agent", EscalationPhase.Analyzing).getMetadata().getName())
        .as("after a refusal it may try again")
        .isEqualTo("one");
    assertThat(bed.diary.podsEver("agent")).isEqualTo(1);
  }

  @Test
  void anEscalationWhoseClawIsGoneFails() {
    given("one");
    bed.at("agent").delete();
    bed.eventually(() -> assertThat(bed.at("agent").get()).isNull());

    operator.trigger().all();

    bed.eventually(() ->
        assertThat(
                chart
                    .operator()
                    .resources(ClawOpsEscalation.class)
                    .inNamespace(bed.namespace)
                    .withName("one")
                    .get()
                    .getStatus())
            .returns(EscalationPhase.Failed, EscalationStatus::phase)
            .returns("the Claw is gone", EscalationStatus::rejectionReason));
  }

  /** An escalation that no rule is for, once the companion has it. */
  private ClawOpsEscalation given(String name) {
    bed.eventually(() ->
        assertThat(companion.resources(Claw.class).inNamespace(bed.namespace).list().getItems())
            .as("the companion has its rights")
            .hasSize(1));
    Escalations escalations = new Escalations(chart.operator());
    escalations.pending(
        escalations.open(
            bed.namespace,
            name,
            () ->
                new EscalationSpec(
                    new ClawReference("agent"),
                    bed.claw("agent").getMetadata().getUid(),
                    new Trigger("HighCPU", "no rule", clock.instant().toString(), 1, "runtime"),
                    Severity.High,
                    null,
                    null,
                    null,
                    null)));
    return bed.escalation("agent", EscalationPhase.Analyzing);
  }

  private void propose(
      KubernetesClient by, String action, String params, @Nullable String escalation) {
    String intent =
        "{\"action\":\"%s\",\"params\":%s,\"generation\":%d,\"source\":\"companion\"%s}"
            .formatted(
                action,
                params,
                clock.millis(),
                escalation == null ? "" : ",\"escalationRef\":\"" + escalation + "\"");
    bed.intents.submit(by, "agent", intent, Users.self(by), "llm");
  }

  private void analyse(String escalation, String text) {
    var serialization = companion.getKubernetesSerialization();
    String analysis =
        serialization.asJson(
            Map.of("escalationRef", escalation, "outcome", "unsure", "text", text));
    companion
        .resources(Claw.class)
        .inNamespace(bed.namespace)
        .withName("agent")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            serialization.asJson(
                Map.of(
                    "metadata",
                    Map.of(
                        "annotations",
                        Map.of(
                            Keys.ANALYSIS, analysis, Keys.ANALYSIS_BY, Users.self(companion))))));
  }

  private void awaitNoAnalysis() {
    bed.eventually(() ->
        assertThat(bed.claw("agent").getMetadata().getAnnotations())
            .satisfiesAnyOf(
                all -> assertThat(all).isNull(),
                all -> assertThat(all).doesNotContainKeys(Keys.ANALYSIS, Keys.ANALYSIS_BY)));
  }
}
