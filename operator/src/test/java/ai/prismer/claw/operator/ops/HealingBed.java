package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.ClawOpsReceipt;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.ClawStatus;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.gate.receipt.Verification.Verified;
import ai.prismer.claw.operator.audit.ExportedLog;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/**
 * Claws in a namespace of a real API server with real operators, and the hands of a test: those of
 * a kubelet, of whoever asks for something, and of time.
 */
final class HealingBed implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final Duration WINDOW = Duration.ofSeconds(30);

  final KubernetesClient admin;
  final String namespace;
  final ApiServer server;
  final InstalledChart chart;
  final Operators operators;
  final PodDiary diary;
  final PlayedKubelet kubelet;
  final Intents intents;

  HealingBed(ApiServer server, InstalledChart chart) {
    this.server = server;
    this.chart = chart;
    this.admin = server.admin();
    this.namespace = server.namespace();
    this.operators = new Operators(server, chart);
    this.diary = new PodDiary(admin, namespace);
    this.kubelet = new PlayedKubelet(this);
    this.intents = new Intents(this);
  }

  @Override
  public void close() {
    operators.close();
    diary.close();
    for (Claw claw : admin.resources(Claw.class).inNamespace(namespace).list().getItems()) {
      at(claw.getMetadata().getName())
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
      at(claw.getMetadata().getName()).delete();
    }
  }

  /** A Claw with a limit of 64Mi that may grow to 256Mi, and its pod, ready. */
  void converged(String name, String ops) {
    make(name, ops);
    kubelet.ready(name, pod(name, pod -> true));
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
    server.apply(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: %s, namespace: %s}
        spec:
          runtime: openclaw
          resources: {requests: {memory: 32Mi}, limits: {memory: 64Mi}}
          ops: {verifyWindow: 30s, %s}
        """
            .formatted(name, namespace, ops));
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
    diary.awaitEntry(there);
    return there;
  }

  Pod podOtherThan(String name, Pod old) {
    return pod(name, pod -> !Pods.uid(pod).equals(Pods.uid(old)));
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

  /** The new pod gets ready, and time goes by until the end of the window. */
  void verify(String name, Pod pod, TestClock clock, ClawOperator operator) {
    kubelet.ready(name, pod);
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
            kubelet.ready(name, pod);
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
