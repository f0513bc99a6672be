package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.ops.Severity;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.SignalRecord;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every signal but the plain OOM kill, as a real kubelet and a real kernel make it: the thresholds
 * and pauses are shortened by the ConfigMap that people shorten them by, the paths are the same.
 *
 * <p>All agents begin to fail at once, each in its own way, so that their times overlap.
 */
@Alone
class SignalsNodeIT {
  private static final long MEBI = 1L << 20;
  private static final String RULES = "k8s4claw-rules";
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String WINDOW = "{verifyWindow: 30s}";

  /** So many that five which fail are no outbreak of their namespace. */
  private static final int BYSTANDERS = 13;

  private static KubernetesClient client;
  private static Agents agents;

  @BeforeAll
  static void everyAgentMisbehaves() {
    Node.operatorInstalled();
    client = Node.admin();
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(Node.OPERATOR_NAMESPACE)
                .withName(RULES)
                .endMetadata()
                .withData(
                    Map.of(
                        "rules",
                        """
                        - {id: oom-bump-memory, minCount: 1, cooldown: 1s}
                        - {id: crashloop-restart-pod, minCount: 1}
                        """,
                        "signals",
                        """
                        HighMemory: {above: 0.8, for: 10s}
                        HighCPU: {above: 0.9, for: 10s}
                        """))
                .build())
        .serverSideApply();
    agents = new Agents(client, Node.namespace(client, "signals"));
    for (int number = 0; number < BYSTANDERS; number++) {
      agents.hog("bystander-" + number, 2, 32, WINDOW);
    }
    agents.hog("climber", 36, 64, WINDOW);
    agents.hog("burner", 4, "{cpu: 10m, memory: 16Mi}", "{cpu: 100m, memory: 32Mi}", WINDOW);
    agents.hog("filler", 4, "{cpu: 10m}", "{memory: 32Mi, ephemeral-storage: 16Mi}", WINDOW);
    agents.hog("leaker", 4096, 64, WINDOW);
    agents.create(
        "looper",
        """
        runtime: custom
        customRuntime: {image: %s, args: ["no", "such", "way"]}
        ops: %s
        """
            .formatted(Node.image("hog"), WINDOW));
    for (String steady : List.of("climber", "burner", "filler")) {
      agents.awaitRunning(steady);
    }
    tell("climber", "climb");
    tell("burner", "burn");
  }

  @AfterAll
  static void asItWas() {
    client.configMaps().inNamespace(Node.OPERATOR_NAMESPACE).withName(RULES).delete();
    // What still loops would go on doing so beside the next tests.
    client.namespaces().withName(agents.namespace()).delete();
    client.close();
  }

  @Test
  void aClimbIsCaughtBeforeTheKillAndTheContainerGrowsWhereItStands() {
    Claw healed = awaitResult("climber");

    OpsStatus ops = healed.getStatus().ops();
    assertThat(ops.lastResult()).isEqualTo("Healthy");
    assertThat(ops.adjustments()).singleElement().extracting("value").isEqualTo("96Mi");
    Pod pod = agents.pod("climber");
    ContainerStatus runtime = pod.getStatus().getContainerStatuses().getFirst();
    assertThat(runtime.getRestartCount()).isZero();
    assertThat(types(healed)).containsOnly("HighMemory");
    assertThat(healed.getStatus().ops().recentActions()).hasSize(1);
    String uid = pod.getMetadata().getUid();
    assertThat(Cgroups.containerMemory(uid, runtime.getContainerID())).isEqualTo(96 * MEBI);
    assertThat(Cgroups.podMemory(uid)).isEqualTo(96 * MEBI);
  }

  @Test
  void anAgentShortOfProcessorTimeGetsMoreWhereItStands() {
    Claw healed = awaitResult("burner");

    OpsStatus ops = healed.getStatus().ops();
    assertThat(ops.lastResult()).isEqualTo("Healthy");
    assertThat(ops.adjustments()).singleElement().extracting("value").isEqualTo("150m");
    Pod pod = agents.pod("burner");
    ContainerStatus runtime = pod.getStatus().getContainerStatuses().getFirst();
    assertThat(runtime.getRestartCount()).isZero();
    assertThat(Cgroups.containerCpu(pod.getMetadata().getUid(), runtime.getContainerID()))
        .isEqualTo(150);
  }

  @Test
  void aCrashLoopIsRestartedOnceAndThenLeftToAPerson() {
    Claw restarted = awaitResult("looper");

    assertThat(restarted.getStatus().ops().lastResult()).isEqualTo("Ineffective");
    assertThat(restarted.getStatus().ops().recentActions())
        .singleElement()
        .extracting("action")
        .isEqualTo("restart-pod");
    assertThat(types(restarted)).containsOnly("CrashLoop");
  }

  @Test
  void anEvictedPodIsReplacedByItsControllerAndNobodyElse() {
    String before = agents.pod("filler").getMetadata().getUid();
    tell("filler", "fill");

    Awaitility.await("the eviction")
        .atMost(PATIENCE)
        .until(() ->
            client.v1().events().inNamespace(agents.namespace()).list().getItems().stream()
                .anyMatch(event ->
                    "Evicted".equals(event.getReason())
                        && before.equals(event.getInvolvedObject().getUid())));
    Claw well =
        agents.await(
            "filler",
            PATIENCE,
            claw ->
                Agents.isTrue(claw, "Ready")
                    && !before.equals(agents.pod("filler").getMetadata().getUid()));
    OpsStatus ops = well.getStatus().ops();
    assertThat(ops == null ? null : ops.recentActions()).isNull();
  }

  @Test
  void aLeakThatEatsEveryRaiseEndsFrozenWithAPersonAsked() {
    Claw frozen = agents.await("leaker", PATIENCE, claw -> Agents.isTrue(claw, "OpsFrozen"));

    OpsStatus ops = frozen.getStatus().ops();
    assertThat(ops.lastResult()).isEqualTo("Ineffective");
    // 64Mi, raised three times by half and rounded up to 32Mi.
    assertThat(ops.adjustments()).singleElement().extracting("value").isEqualTo("256Mi");
    assertThat(ops.recentActions()).extracting("result").containsOnly("Ineffective").hasSize(3);
    Optional<ClawOpsEscalation> asked =
        Awaitility.await("the escalation")
            .atMost(PATIENCE)
            .until(
                () ->
                    escalation("leaker", found -> found.getSpec().severity() == Severity.Critical),
                Optional::isPresent);
    assertThat(asked.orElseThrow().getStatus().phase())
        .isIn(EscalationPhase.Pending, EscalationPhase.Analyzing, EscalationPhase.AwaitingApproval);
  }

  private static Claw awaitResult(String name) {
    return agents.await(
        name,
        PATIENCE,
        claw ->
            claw.getStatus().ops().lastResult() != null
                && claw.getStatus().ops().inFlight() == null);
  }

  private static List<String> types(Claw claw) {
    return claw.getStatus().ops().recentSignals().stream().map(SignalRecord::type).toList();
  }

  private static Optional<ClawOpsEscalation> escalation(
      String claw, Predicate<ClawOpsEscalation> wanted) {
    return client
        .resources(ClawOpsEscalation.class)
        .inNamespace(agents.namespace())
        .list()
        .getItems()
        .stream()
        .filter(found -> found.getSpec().clawRef().name().equals(claw))
        .filter(wanted)
        .findFirst();
  }

  /** Asks the program in an agent's pod to misbehave, through the API server. */
  private static void tell(String name, String deed) {
    Node.kubectl(
            "get",
            "--raw",
            "/api/v1/namespaces/%s/pods/%s-0:8080/proxy/%s"
                .formatted(agents.namespace(), name, deed))
        .succeeds();
  }
}
