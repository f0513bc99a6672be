package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.operator.apply.ChildCache;
import ai.prismer.claw.operator.audit.AuditLog;
import ai.prismer.claw.operator.bus.ChannelReports;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.operator.configuration.OperatorIdentity;
import ai.prismer.claw.operator.metrics.OperatorMetrics;
import ai.prismer.claw.operator.model.Circumstances;
import ai.prismer.claw.operator.reconcile.ClawReconciler;
import ai.prismer.claw.operator.reconcile.Confinement;
import ai.prismer.claw.operator.reconcile.Result;
import ai.prismer.claw.operator.rollout.EvictingReplacement;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.operator.secrets.Fingerprints;
import ai.prismer.claw.operator.secrets.HashKey;
import ai.prismer.claw.operator.signals.Senses;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Leader election is a convenience: two operators that both act, or one that is late, do no harm.
 */
class TwoOperatorsIT {
  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private HealingBed bed;

  @BeforeEach
  void makeBed() {
    bed = new HealingBed(server, chart);
  }

  @AfterEach
  void closeBed() {
    bed.close();
  }

  @Test
  void twoThatActAtOnceWithSkewedClocksExecuteEachHealOnceAndForkNoLog() {
    TestClock fast = new TestClock(Duration.ofMinutes(1));
    TestClock slow = new TestClock(Duration.ofMinutes(-1));
    ClawOperator one = bed.operators.start(fast);
    bed.operators.start(slow);
    List<String> names = List.of("agent-a", "agent-b", "agent-c", "agent-d");
    names.forEach(bed::converged);
    Map<String, Pod> old = new LinkedHashMap<>();
    names.forEach(name -> old.put(name, bed.pod(name, pod -> true)));

    old.forEach(bed.kubelet::killTwice);
    old.forEach((name, pod) -> bed.play(name, pod, fast, one, () -> false));

    for (String name : names) {
      assertThat(bed.diary.podsEver(name)).as("pods of %s", name).isEqualTo(2);
      assertThat(bed.story(name)).containsExactly("Execute", "Outcome Healthy");
      assertThat(bed.adjustments(name)).singleElement().extracting("value").isEqualTo("96Mi");
      assertThat(bed.escalations(name)).hasSize(1);
    }
    bed.awaitVerifiedLog();
  }

  @Test
  void anOperatorThatHasNotSeenTheHealCannotUndoIt() {
    TestClock clock = new TestClock();
    ClawOperator operator = bed.operators.start(clock);
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    Past before = new Past("agent");
    bed.kubelet.killTwice("agent", old);
    bed.play("agent", old, clock, operator, () -> false);
    bed.operators.stop(operator);
    Past after = new Past("agent");

    assertThat(before.reconcile().kind()).isNotEqualTo(Result.Kind.DONE);
    assertThat(before.withChildrenOf(after).reconcile().kind()).isNotEqualTo(Result.Kind.DONE);

    assertThat(bed.wantedLimit("agent")).isEqualTo(96L << 20);
    assertThat(bed.diary.podsEver("agent")).isEqualTo(2);
    assertThat(bed.claw("agent").getMetadata().getResourceVersion())
        .isEqualTo(after.claw.getMetadata().getResourceVersion());
    assertThat(bed.story("agent")).hasSize(2);
  }

  @Test
  void anOperatorThatHasNotSeenTheUndoCannotRaiseAgain() {
    TestClock clock = new TestClock();
    ClawOperator operator = bed.operators.start(clock);
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    bed.kubelet.killTwice("agent", old);
    Pod raised = bed.podOtherThan("agent", old);
    bed.eventually(() -> {
      assertThat(bed.ops("agent").inFlight()).extracting("stage").isEqualTo("Verifying");
      assertThat(bed.ops("agent").outbox()).isNull();
    });
    Past during = new Past("agent");
    bed.kubelet.unschedulable("agent");
    clock.forward(Verification.SCHEDULING.plusSeconds(1));
    operator.trigger().one(bed.namespace, "agent");
    bed.awaitEnd("agent", "Undone");
    bed.podOtherThan("agent", raised);
    bed.operators.stop(operator);
    Past after = new Past("agent");

    assertThat(during.reconcile().kind()).isNotEqualTo(Result.Kind.DONE);
    assertThat(during.withChildrenOf(after).reconcile().kind()).isNotEqualTo(Result.Kind.DONE);

    assertThat(bed.wantedLimit("agent")).isEqualTo(64L << 20);
    assertThat(bed.diary.podsEver("agent")).isEqualTo(3);
    assertThat(bed.story("agent")).containsExactly("Execute", "Outcome Undone");
  }

  /** What an operator sees whose caches stand still since a certain moment. */
  private final class Past implements ChildCache {
    final Claw claw;
    private final Map<String, HasMetadata> children = new HashMap<>();

    Past(String name) {
      claw = bed.claw(name);
      List<HasMetadata> all = new ArrayList<>();
      all.add(bed.statefulSet(name));
      all.add(bed.pod(name, pod -> true));
      all.addAll(bed.admin.services().inNamespace(bed.namespace).list().getItems());
      all.addAll(bed.admin.configMaps().inNamespace(bed.namespace).list().getItems());
      all.addAll(bed.admin.serviceAccounts().inNamespace(bed.namespace).list().getItems());
      all.forEach(
          child -> children.put(key(child.getClass(), child.getMetadata().getName()), child));
    }

    private Past(Past claw, Past children) {
      this.claw = claw.claw;
      this.children.putAll(children.children);
    }

    Past withChildrenOf(Past other) {
      return new Past(this, other);
    }

    Result reconcile() {
      KubernetesClient client = chart.operator();
      TestClock clock = new TestClock();
      OperatorIdentity identity =
          new OperatorIdentity(chart.namespace(), "late", chart.operatorUser());
      Healing healing =
          new Healing(
              client,
              identity,
              clock,
              Senses.DEFAULT,
              any -> true,
              new EvictingReplacement(client),
              new AuditLog(
                  client,
                  chart.namespace(),
                  new SecureRandom(),
                  Clock.systemUTC(),
                  OperatorConfiguration.Audit.DEFAULT,
                  (reason, message) -> {},
                  new PrometheusRegistry()),
              (about, reason, message) -> {},
              List::of,
              new PrometheusRegistry(),
              claw -> List.of());
      return new ClawReconciler(
              new ClawReconciler.Environment(
                  client,
                  this,
                  new Fingerprints(
                      client, HashKey.load(client, chart.namespace(), new SecureRandom())),
                  () -> List.of(new Circumstances.Endpoint("192.0.2.1", 443)),
                  () -> ChannelReports.UNKNOWN,
                  chart.namespace(),
                  new EvictingReplacement(client),
                  (about, reason, message) -> {},
                  new OperatorMetrics(new PrometheusRegistry()),
                  OperatorConfiguration.DEFAULT,
                  clock,
                  new SecureRandom()),
              healing,
              any -> new Confinement.Verdict(List.of(), List.of(), true, false, null))
          .reconcile(claw);
    }

    @Override
    @SuppressWarnings("unchecked") // kept under the class it has
    public <T extends HasMetadata> @Nullable T get(Class<T> kind, String namespace, String name) {
      return (T) children.get(key(kind, name));
    }

    @Override
    public <T extends HasMetadata> void written(@Nullable T before, T after) {
      children.put(key(after.getClass(), after.getMetadata().getName()), after);
    }

    private String key(Class<?> kind, String name) {
      return kind.getSimpleName() + "/" + name;
    }
  }
}
