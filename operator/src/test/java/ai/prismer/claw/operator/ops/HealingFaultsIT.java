package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.gate.receipt.LogObjects;
import ai.prismer.claw.operator.configuration.OperatorConfiguration.Audit;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What healing rests on is missing: the proof of confinement, the key of the log. */
class HealingFaultsIT {
  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private static final Secret BROKEN =
      new SecretBuilder()
          .withNewMetadata()
          .withName(Keys.SIGNING_SECRET)
          .endMetadata()
          .addToStringData(LogObjects.PRIVATE_KEY, "nonsense")
          .addToStringData(LogObjects.KEY_NAME, "name")
          .build();

  private final TestClock clock = new TestClock();
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
  void withoutProofOfConfinementNobodysWordCountsButRulesHeal() {
    server
        .admin()
        .admissionRegistration()
        .v1()
        .validatingAdmissionPolicyBindings()
        .withName("k8s4claw-intent-author")
        .delete();
    chart.awaitPolicy("k8s4claw-intent-author", false);
    bed.operators.start(clock);
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);

    bed.intents.submit("agent", Intents.of("restart-pod", "{\"pod\":\"agent-0\"}", clock.millis()));
    bed.intents.awaitNone("agent");
    bed.eventually(() -> assertThat(bed.story("agent")).containsExactly("Reject author-unknown"));
    bed.kubelet.killTwice("agent", old);

    assertThat(Pods.memoryLimit(bed.podOtherThan("agent", old))).hasValue(96L << 20);
    assertThat(bed.diary.podsEver("agent")).isEqualTo(2);
  }

  @Test
  void whereReceiptsAreRequiredNothingIsDoneWithoutAUsableKeyAndTheStatusSaysWhy() {
    KubernetesClient account = breakTheKey();
    ClawOperator operator = bed.operators.start(clock, new Audit(true, null, null));
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);

    bed.kubelet.killTwice("agent", old);

    bed.eventually(() ->
        assertThat(bed.claw("agent").getStatus().conditions())
            .anySatisfy(condition -> {
              assertThat(condition.type()).isEqualTo("Reconciled");
              assertThat(condition.status()).isEqualTo("False");
              assertThat(condition.message()).contains(Keys.SIGNING_SECRET);
            }));
    assertThat(bed.ops("agent").inFlight()).isNull();
    assertThat(bed.diary.podsEver("agent")).isEqualTo(1);

    account.resource(BROKEN).inNamespace(chart.namespace()).delete();
    operator.trigger().one(bed.namespace, "agent");

    assertThat(Pods.memoryLimit(bed.podOtherThan("agent", old))).hasValue(96L << 20);
    bed.eventually(() -> assertThat(bed.story("agent")).containsExactly("Execute"));
  }

  @Test
  void aKeyThatCannotSignStopsNoHealAndTheReceiptSaysThatItIsUnsigned() {
    KubernetesClient account = breakTheKey();
    bed.operators.start(clock);
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);

    bed.kubelet.killTwice("agent", old);

    assertThat(Pods.memoryLimit(bed.podOtherThan("agent", old))).hasValue(96L << 20);
    String uid = bed.claw("agent").getMetadata().getUid();
    bed.eventually(() ->
        assertThat(bed.log().receipts())
            .filteredOn(receipt -> {
              var claw = receipt.getSpec().claw();
              return claw != null && claw.uid().equals(uid);
            })
            .singleElement()
            .satisfies(receipt ->
                assertThat(receipt.getMetadata().getLabels())
                    .containsEntry(Keys.LABEL_UNSIGNED, "true")));
    account.resource(BROKEN).inNamespace(chart.namespace()).delete();
  }

  /** Returns who may put it right again. */
  private static KubernetesClient breakTheKey() {
    // The policy lets only the operator's name touch its key; the group may delete it as well.
    KubernetesClient account = server.clientFor(chart.operatorUser(), "system:masters");
    account.resource(BROKEN).inNamespace(chart.namespace()).delete();
    account.resource(BROKEN).inNamespace(chart.namespace()).create();
    return account;
  }
}
