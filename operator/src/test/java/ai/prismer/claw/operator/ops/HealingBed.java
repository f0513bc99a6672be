package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.ClawOpsReceipt;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.ClawStatus;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.gate.receipt.Verification.Verified;
import ai.prismer.claw.operator.audit.ExportedLog;
import ai.prismer.claw.operator.audit.Lifeline;
import ai.prismer.claw.operator.configuration.Companion;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.operator.configuration.OperatorConfiguration.Audit;
import ai.prismer.claw.operator.configuration.OperatorConfiguration.Kubelet;
import ai.prismer.claw.operator.configuration.OperatorConfiguration.MeteringSources;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.attack.Users;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/**
 * Real operators on a real API server, and the hands of a test: those of a kubelet (statuses of
 * pods), of a manager and of an agent (intents).
 */
final class HealingBed implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final Duration WINDOW = Duration.ofSeconds(30);

  private static final MeteringSources UNMEASURED =
      new MeteringSources(false, new Kubelet(false, null, null, null));

  final KubernetesClient admin;
  final String namespace;
  final ApiServer server;
  final InstalledChart chart;
  private final List<ClawOperator> operators = new ArrayList<>();

  /** By name of the pod: the UIDs that had it, and when each was first seen. */
  private final Map<String, Map<String, Long>> births = new ConcurrentHashMap<>();

  private final Watch podWatch;

  HealingBed(ApiServer server, InstalledChart chart) {
    this.server = server;
    this.chart = chart;
    this.admin = server.admin();
    this.namespace = server.namespace();
    this.podWatch = admin.pods().inNamespace(namespace).watch(new PodDiary());
  }

  /** Remembers every pod there ever was. */
  private final class PodDiary implements Watcher<Pod> {
    @Override
    public void eventReceived(Action action, Pod pod) {
      births
          .computeIfAbsent(pod.getMetadata().getName(), name -> new ConcurrentHashMap<>())
          .putIfAbsent(Pods.uid(pod), System.nanoTime());
    }

    @Override
    public void onClose(WatcherException cause) {
      births.put("the watch broke: " + cause.getMessage(), Map.of());
    }
  }

  /** How many pods a Claw of one replica has had, one after the other. */
  int podsEver(String name) {
    return podsEver(name, 0);
  }

  /** How many pods there have been of one ordinal, one after the other. */
  int podsEver(String name, int ordinal) {
    assertThat(births.keySet()).noneMatch(key -> key.contains("the watch broke"));
    return births.getOrDefault(name + "-" + ordinal, Map.of()).size();
  }

  /** When a pod was first seen, by {@link System#nanoTime}. */
  long bornAt(Pod pod) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> births.getOrDefault(pod.getMetadata().getName(), Map.of()).get(Pods.uid(pod)),
            Objects::nonNull);
  }

  ClawOperator operator(TestClock clock, Lifeline... lifelines) {
    return operator(clock, UNMEASURED, List.of(), Audit.DEFAULT, lifelines);
  }

  ClawOperator operator(TestClock clock, Audit audit, Lifeline... lifelines) {
    return operator(clock, UNMEASURED, List.of(), audit, lifelines);
  }

  ClawOperator operator(TestClock clock, MeteringSources metering, Lifeline... lifelines) {
    return operator(clock, metering, List.of(), Audit.DEFAULT, lifelines);
  }

  ClawOperator operator(TestClock clock, List<Companion> companions, Lifeline... lifelines) {
    return operator(clock, UNMEASURED, companions, Audit.DEFAULT, lifelines);
  }

  private ClawOperator operator(
      TestClock clock,
      MeteringSources metering,
      List<Companion> companions,
      Audit audit,
      Lifeline... lifelines) {
    ClawOperator operator =
        ClawOperator.start(
            new ClawOperator.Setting(
                server.configForServiceAccount(chart.namespace(), "k8s4claw"),
                new OperatorConfiguration(
                    null, null, null, null, null, metering, companions, false, 0, audit),
                chart.namespace(),
                "operator-" + operators.size(),
                clock,
                new SecureRandom(),
                List.of(lifelines)));
    operators.add(operator);
    return operator;
  }

  void stop(ClawOperator operator) {
    operators.remove(operator);
    operator.close();
  }

  @Override
  public void close() {
    operators.forEach(ClawOperator::close);
    podWatch.close();
    for (Claw claw : admin.resources(Claw.class).inNamespace(namespace).list().getItems()) {
      at(claw.getMetadata().getName())
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
      at(claw.getMetadata().getName()).delete();
    }
  }

  /** A Claw with a limit of 64Mi that may grow to 256Mi, and its pod, ready. */
  void converged(String name, String ops) {
    make(name, ops);
    ready(name, pod(name, pod -> true));
    awaitRunning(name);
  }

  /** Until its status says that it runs; in the beginning it has none. */
  void awaitRunning(String name) {
    eventually(() ->
        assertThat(claw(name).getStatus()).extracting(ClawStatus::phase).isEqualTo(Phase.Running));
  }

  void converged(String name) {
    converged(name, "maxMemory: 256Mi");
  }

  void make(String name, String ops) {
    String yaml =
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: %s, namespace: %s}
        spec:
          runtime: openclaw
          resources: {requests: {memory: 32Mi}, limits: {memory: 64Mi}}
          ops: {verifyWindow: 30s, %s}
        """
            .formatted(name, namespace, ops);
    server.apply(yaml);
  }

  Resource<Claw> at(String name) {
    return admin.resources(Claw.class).inNamespace(namespace).withName(name);
  }

  Claw claw(String name) {
    return Objects.requireNonNull(at(name).get());
  }

  OpsStatus ops(String name) {
    return OpsEdit.present(claw(name));
  }

  StatefulSet statefulSet(String name) {
    return Objects.requireNonNull(
        admin.apps().statefulSets().inNamespace(namespace).withName(name).get());
  }

  /** The pod, once there is one that stays and is as wanted. */
  Pod pod(String name, Predicate<Pod> wanted) {
    Pod there =
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(20))
            .until(
                () -> admin.pods().inNamespace(namespace).withName(name + "-0").get(),
                pod -> pod != null && !pod.isMarkedForDeletion() && wanted.test(pod));
    // The diary is told of it a moment later; who asks it next must find the pod there.
    bornAt(there);
    return there;
  }

  Pod podOtherThan(String name, Pod old) {
    return pod(name, pod -> !Pods.uid(pod).equals(Pods.uid(old)));
  }

  /** What a kubelet says of a pod that runs. */
  void ready(String name, Pod pod) {
    status(
        name,
        pod,
        new ContainerStatusBuilder()
            .withName("runtime")
            .withImage("image")
            .withImageID("image")
            .withContainerID("containerd://" + Pods.uid(pod) + "-0")
            .withReady(true)
            .withRestartCount(0)
            .withNewState()
            .withNewRunning()
            .endRunning()
            .endState(),
        true);
  }

  /** What a kubelet says of a container that the kernel has killed for the n-th time. */
  void kill(String name, Pod pod, String container, int times, Instant at) {
    status(name, pod, killed(pod, container, times, at.truncatedTo(ChronoUnit.SECONDS)), false);
  }

  void kill(String name, Pod pod, int times) {
    kill(name, pod, "runtime", times, Instant.now());
  }

  /** What a kubelet says of a container that runs again after so many kills. */
  void recover(String name, Pod pod, int times) {
    status(
        name,
        pod,
        new ContainerStatusBuilder()
            .withName("runtime")
            .withImage("image")
            .withImageID("image")
            .withContainerID("containerd://" + Pods.uid(pod) + "-after-" + times)
            .withReady(true)
            .withRestartCount(times)
            .withNewState()
            .withNewRunning()
            .endRunning()
            .endState(),
        true);
  }

  private static ContainerStatusBuilder killed(Pod pod, String container, int times, Instant at) {
    return new ContainerStatusBuilder()
        .withName(container)
        .withImage("image")
        .withImageID("image")
        .withContainerID("containerd://" + Pods.uid(pod) + "-" + times)
        .withReady(false)
        .withRestartCount(times)
        .withNewState()
        .withNewWaiting()
        .withReason("CrashLoopBackOff")
        .endWaiting()
        .endState()
        .withNewLastState()
        .withNewTerminated()
        .withReason("OOMKilled")
        .withExitCode(137)
        .withContainerID("containerd://" + Pods.uid(pod) + "-" + times)
        .withFinishedAt(at.toString())
        .withStartedAt(at.minusSeconds(1).toString())
        .endTerminated()
        .endLastState();
  }

  void unschedulable(String name) {
    admin
        .pods()
        .inNamespace(namespace)
        .withName(name + "-0")
        .editStatus(now ->
            new PodBuilder(now)
                .editOrNewStatus()
                .withPhase("Pending")
                .withConditions()
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage("0/3 nodes are available: 3 Insufficient memory")
                .endCondition()
                .endStatus()
                .build());
  }

  private void status(String name, Pod pod, ContainerStatusBuilder container, boolean ready) {
    admin
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .editStatus(now -> {
          assertThat(Pods.uid(now)).as("pod of %s", name).isEqualTo(Pods.uid(pod));
          return new PodBuilder(now)
              .editOrNewStatus()
              .withPhase("Running")
              .withConditions()
              .addNewCondition()
              .withType("Ready")
              .withStatus(ready ? "True" : "False")
              .endCondition()
              .withContainerStatuses(container.build())
              .endStatus()
              .build();
        });
  }

  /** Two kills, the second once the first is stored or nobody is there to store it. */
  void killTwice(String name, Pod pod, Clock clock, BooleanSupplier goOn) {
    kill(name, pod, "runtime", 1, clock.instant());
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> goOn.getAsBoolean() || signals(claw(name)) == 1);
    kill(name, pod, "runtime", 2, clock.instant());
  }

  void killTwice(String name, Pod pod) {
    killTwice(name, pod, Clock.systemUTC(), () -> false);
  }

  private static int signals(Claw claw) {
    var kept = OpsEdit.present(claw).recentSignals();
    return kept == null ? 0 : kept.size();
  }

  /** Submits an intent as this client. */
  void submit(KubernetesClient author, String name, String intent, String by, String authorClass) {
    author
        .resources(Claw.class)
        .inNamespace(namespace)
        .withName(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            author
                .getKubernetesSerialization()
                .asJson(
                    Map.of(
                        "metadata",
                        Map.of(
                            "annotations",
                            Map.of(
                                Keys.INTENT, intent,
                                Keys.INTENT_BY, by,
                                Keys.INTENT_CLASS, authorClass)))));
  }

  /** Submits an intent as the administrator, who holds manage. */
  void submit(String name, String intent) {
    submit(admin, name, intent, Users.self(admin), "manager");
  }

  void awaitNoIntent(String name) {
    eventually(() ->
        assertThat(claw(name).getMetadata().getAnnotations())
            .doesNotContainKeys(Keys.INTENT, Keys.INTENT_BY, Keys.INTENT_CLASS));
  }

  void annotate(String name, String key, @Nullable String value) {
    at(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"%s\":%s}}}"
                .formatted(key, value == null ? "null" : "\"" + value + "\""));
  }

  /** A pod that somebody made to look like the agent's. */
  Pod impostor(String name, Map<String, String> labels, @Nullable OwnerReference owner) {
    return admin
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(labels)
                .withOwnerReferences(owner == null ? List.of() : List.of(owner))
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("runtime")
                .withImage("image")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  /** Kills a pod that a controller may have taken away already. */
  void killIfThere(Pod pod, int times) {
    try {
      kill(pod.getMetadata().getName(), pod, times);
    } catch (KubernetesClientException | AssertionError gone) {
      assertThat(pod.getMetadata().getName()).isEqualTo("agent-7");
    }
  }

  /** The kernel kills a second container of the pod, not the runtime. */
  void sidecarKill(String name, Pod pod) {
    for (int times = 1; times <= 3; times++) {
      kill(name, pod, "sidecar", times, Instant.now());
    }
  }

  static String intent(String action, String params, long generation) {
    return "{\"action\":\"%s\",\"params\":%s,\"generation\":%d,\"source\":\"test\"}"
        .formatted(action, params, generation);
  }

  /** The new pod gets ready, and time goes by until the end of the window. */
  void verify(String name, Pod pod, TestClock clock, ClawOperator operator) {
    ready(name, pod);
    eventually(() -> {
      InFlight flight = ops(name).inFlight();
      assertThat(flight == null ? null : flight.verifyingSince()).isNotNull();
    });
    clock.forward(WINDOW.plusSeconds(1));
    operator.trigger().one(namespace, name);
  }

  /**
   * Plays kubelet and time for one Claw until its action has ended or nobody is there to end it: a
   * pod with the raised limit gets ready, and once it is watched the window goes by.
   */
  void play(String name, Pod old, TestClock clock, ClawOperator operator, BooleanSupplier goOn) {
    AtomicBoolean went = new AtomicBoolean();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(25))
        .until(() -> {
          Pod pod = admin.pods().inNamespace(namespace).withName(name + "-0").get();
          if (pod != null && !Pods.uid(pod).equals(Pods.uid(old)) && !Pods.isReady(pod)) {
            ready(name, pod);
          }
          OpsStatus ops = ops(name);
          InFlight flight = ops.inFlight();
          if (flight != null
              && flight.verifyingSince() != null
              && went.compareAndSet(false, true)) {
            clock.forward(WINDOW.plusSeconds(1));
            operator.trigger().one(namespace, name);
          }
          return goOn.getAsBoolean()
              || (ops.lastResult() != null && flight == null && ops.outbox() == null);
        });
  }

  void awaitEnd(String name, String result) {
    eventually(() -> {
      assertThat(ops(name).lastResult()).isEqualTo(result);
      assertThat(ops(name).inFlight()).isNull();
      assertThat(ops(name).outbox()).isNull();
    });
  }

  /** Bytes of memory that the next pod will be limited to. */
  long wantedLimit(String name) {
    return Pods.memoryLimit(statefulSet(name)).orElse(0);
  }

  List<Adjustment> adjustments(String name) {
    return Adjustments.of(ops(name));
  }

  /** The receipts of one Claw: decision and result of each, in order. */
  List<String> story(String name) {
    String uid = claw(name).getMetadata().getUid();
    return log().receipts().stream()
        .filter(receipt -> {
          // A receipt about the log itself is about no Claw.
          var claw = receipt.getSpec().claw();
          return claw != null && claw.uid().equals(uid);
        })
        .sorted(Comparator.comparing(receipt -> receipt.getMetadata().getName()))
        .map(HealingBed::line)
        .toList();
  }

  private static String line(ClawOpsReceipt receipt) {
    String result = receipt.getSpec().result();
    return receipt.getSpec().decision() + (result == null ? "" : " " + result);
  }

  ExportedLog log() {
    return ExportedLog.of(admin, chart.namespace());
  }

  /**
   * The log verifies once nothing is being appended: whoever lists receipts and then reads the head
   * may see the one without the other while the operator writes.
   */
  void awaitVerifiedLog() {
    eventually(() -> assertThat(log().verify()).isInstanceOf(Verified.class));
  }

  List<ClawOpsEscalation> escalations(String name) {
    return admin
        .resources(ClawOpsEscalation.class)
        .inNamespace(namespace)
        .list()
        .getItems()
        .stream()
        .filter(escalation -> escalation.getSpec().clawRef().name().equals(name))
        .sorted(Comparator.comparing(escalation -> escalation.getMetadata().getName()))
        .toList();
  }

  /** The escalation of a Claw, once it is in this phase. */
  ClawOpsEscalation escalation(String name, EscalationPhase phase) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                escalations(name).stream()
                    .filter(escalation -> Escalations.phase(escalation) == phase)
                    .findFirst()
                    .orElse(null),
            Objects::nonNull);
  }

  /** Somebody who may decide on escalations, and nothing else. */
  KubernetesClient approver() {
    return approver("approver");
  }

  KubernetesClient approver(String account) {
    server.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: ACCOUNT, namespace: NS}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: claw-approver}
        subjects: [{kind: ServiceAccount, name: ACCOUNT, namespace: NS}]
        """
            .replace("NS", namespace)
            .replace("ACCOUNT", account));
    return server.clientForServiceAccount(namespace, account);
  }

  /** Decides on what the status shows, as this client. */
  void decide(KubernetesClient approver, ClawOpsEscalation escalation, String decision) {
    String digest = Escalations.status(escalation).actionDigest();
    approver
        .resources(ClawOpsEscalation.class)
        .inNamespace(namespace)
        .withName(escalation.getMetadata().getName())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"approval\":{\"decision\":\"%s\",\"by\":\"%s\"%s}}}"
                .formatted(
                    decision,
                    Users.self(approver),
                    digest == null ? "" : ",\"actionDigest\":\"" + digest + "\""));
  }

  /** Asks as the agent of this Claw, once it may. */
  void askAsAgent(String name, String action, String params, Clock clock) {
    KubernetesClient agent = server.clientForServiceAccount(namespace, name);
    eventually(() ->
        submit(agent, name, intent(action, params, clock.millis()), Users.self(agent), "llm"));
  }

  List<String> events(String name) {
    return admin.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getInvolvedObject().getName().equals(name))
        .map(event -> event.getReason() + ": " + event.getMessage())
        .toList();
  }

  void eventually(ThrowingRunnable check) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).untilAsserted(check);
  }

  /** Holds for a while what must not change: no write of the operator moves it. */
  void staysSo(Consumer<HealingBed> check) {
    await().during(Duration.ofSeconds(1)).atMost(PATIENCE).untilAsserted(() -> check.accept(this));
  }
}
