package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What {@link HealingCrashIT} shows for a heal, for what nobody asks for: an adjustment whose time
 * is up, and a Claw that comes back without its status.
 */
@Tag("long")
class UpkeepCrashIT {
  private static final int MOST_WRITES = 30;
  private static final Duration TTL = Duration.ofHours(2);
  private static final long SPEC = 64L << 20;
  private static final long RAISED = 96L << 20;

  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private final TestClock clock = new TestClock();
  private HealingBed bed;

  @BeforeEach
  void make() {
    bed = new HealingBed(server, chart);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void whereverAnOperatorDiesAnAdjustmentExpiresOnce() {
    int writes = new EveryWrite(bed, clock).of("expiry", MOST_WRITES, new Expiring());

    assertThat(writes).isGreaterThan(4);
  }

  @Test
  void whereverAnOperatorDiesARestoredClawHasItsAdjustmentFromItsFirstPodOn() {
    int writes = new EveryWrite(bed, clock).of("restore", MOST_WRITES, new Restoring());

    assertThat(writes).isGreaterThan(4);
  }

  /** The time of an adjustment is up. */
  private final class Expiring implements EveryWrite.Story {
    private int pods;

    @Override
    public void prepare(String name, ClawOperator operator) {
      raised(name, ", adjustmentTTL: 2h", operator);
      pods = bed.diary.podsEver(name);
    }

    @Override
    public void begin(String name, BooleanSupplier died) {
      clock.forward(TTL);
    }

    @Override
    public void play(String name, ClawOperator operator, BooleanSupplier died) {
      operator.trigger().one(bed.namespace, name);
      wellUntil(
          name,
          died,
          () ->
              bed.adjustments(name).isEmpty()
                  && bed.ops(name).outbox() == null
                  && bed.story(name).contains("Upkeep")
                  && isMirrored(name)
                  && hasLimit(name, SPEC));
    }

    @Override
    public void ended(String name) {
      assertThat(bed.story(name)).containsExactly("Execute", "Outcome Healthy", "Upkeep");
      assertThat(bed.diary.podsEver(name)).isEqualTo(pods + 1);
    }
  }

  /** A Claw is made again from a backup, without its status. */
  private final class Restoring implements EveryWrite.Story {
    private Claw backup = new Claw();
    private int pods;

    @Override
    public void prepare(String name, ClawOperator operator) {
      raised(name, "", operator);
      bed.eventually(() -> assertThat(isMirrored(name)).isTrue());
      backup = bed.claw(name);
      bed.at(name).delete();
      bed.eventually(() -> assertThat(bed.at(name).get()).isNull());
      bed.eventually(() ->
          assertThat(
                  bed.admin.apps().statefulSets().inNamespace(bed.namespace).withName(name).get())
              .isNull());
      bed.eventually(() ->
          assertThat(bed.admin.pods().inNamespace(bed.namespace).withName(name + "-0").get())
              .isNull());
      pods = bed.diary.podsEver(name);
    }

    @Override
    public void begin(String name, BooleanSupplier died) {
      var metadata = backup.getMetadata();
      metadata.setUid(null);
      metadata.setResourceVersion(null);
      metadata.setManagedFields(null);
      metadata.setCreationTimestamp(null);
      bed.admin.resource(backup).create();
    }

    @Override
    public void play(String name, ClawOperator operator, BooleanSupplier died) {
      wellUntil(
          name,
          died,
          () ->
              bed.adjustments(name).size() == 1
                  && bed.ops(name).outbox() == null
                  && bed.story(name).contains("Upkeep")
                  && hasLimit(name, RAISED));
    }

    @Override
    public void ended(String name) {
      assertThat(bed.story(name)).containsExactly("Upkeep");
      assertThat(bed.adjustments(name))
          .singleElement()
          .satisfies(adjustment -> assertThat(adjustment.value()).isEqualTo("96Mi"));
      assertThat(bed.diary.podsEver(name)).as("no pod had less").isEqualTo(pods + 1);
    }
  }

  /** A Claw whose limit somebody has raised. */
  private void raised(String name, String ops, ClawOperator operator) {
    bed.converged(name, "maxMemory: 256Mi" + ops);
    Pod old = bed.pod(name, pod -> true);
    long now = Math.max(clock.millis(), System.currentTimeMillis());
    bed.intents.submit(name, Intents.of("bump-memory", "{\"target\":\"96Mi\"}", now));
    bed.verify(name, bed.podOtherThan(name, old), clock, operator);
    bed.awaitEnd(name, "Healthy");
  }

  /** A kubelet that finds every pod well, until then or until nobody is there. */
  private void wellUntil(String name, BooleanSupplier died, BooleanSupplier over) {
    await()
        .atMost(HealingBed.PATIENCE)
        .pollInterval(Duration.ofMillis(25))
        .until(() -> {
          Pod pod = bed.admin.pods().inNamespace(bed.namespace).withName(name + "-0").get();
          if (pod != null && !pod.isMarkedForDeletion() && !Pods.isReady(pod)) {
            bed.kubelet.ready(name, pod);
          }
          return died.getAsBoolean() || over.getAsBoolean();
        });
  }

  private boolean hasLimit(String name, long bytes) {
    Pod pod = bed.admin.pods().inNamespace(bed.namespace).withName(name + "-0").get();
    return pod != null
        && !pod.isMarkedForDeletion()
        && Pods.isReady(pod)
        && Pods.memoryLimit(pod).orElse(0) == bytes;
  }

  /** A backup keeps annotations and loses the status. */
  private boolean isMirrored(String name) {
    OpsStatus ops = bed.ops(name);
    var annotations = bed.claw(name).getMetadata().getAnnotations();
    return annotations != null
        && Objects.equals(
            String.valueOf(ops.lastIntentGeneration()), annotations.get(Keys.INTENT_GENERATION));
  }
}
