package ai.prismer.claw.testkit.attack;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.testkit.attack.Attack.Identity;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the API server refuses an agent's own token, without any operator. */
class AttackIT {
  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private static Prey prey;

  @BeforeAll
  static void prey() {
    prey = new Prey(server, chart);
  }

  @TestFactory
  Stream<DynamicTest> everyAttackIsRefusedByTheGuardItNames() {
    return serverSide()
        .map(attack -> DynamicTest.dynamicTest(attack.name(), () -> refused(attack)));
  }

  @TestFactory
  Stream<DynamicTest> thePermittedTwinOfEveryAttackSucceeds() {
    return Attacks.all().stream()
        .map(attack -> DynamicTest.dynamicTest(attack.name(), () -> twinSucceeds(attack)));
  }

  @TestFactory
  Stream<DynamicTest> aPendingIntentBelongsToNobodyBelowAManager() {
    Prey fresh = new Prey(server, chart);
    Target target = fresh.target();
    String intent = Bodies.intent("restart-pod", "{}", target.now());
    Call submit = Call.merge(target.self(), Bodies.submit(intent, target.agent(), "llm"));
    assertThat(fresh.send(Identity.AGENT, submit).accepted()).isTrue();
    return Attacks.whilePending().stream()
        .map(attack ->
            DynamicTest.dynamicTest(
                attack.name(),
                () -> {
                  Answer answer = fresh.send(Identity.AGENT, attack.call().apply(target));
                  assertThat(answer.guard()).as(answer.toString()).isEqualTo(attack.guard());
                  Answer twin = fresh.send(attack.twin().by(), attack.twin().call().apply(target));
                  assertThat(twin.accepted()).as(twin.toString()).isTrue();
                }));
  }

  @TestFactory
  Stream<DynamicTest> aShutSlotIsShutToAgentsAndToNobodyElse() {
    Prey fresh = new Prey(server, chart);
    Target target = fresh.target();
    Call shut =
        Call.merge(target.self() + "/status", "{\"status\":{\"ops\":{\"llmSlot\":\"Shut\"}}}");
    assertThat(fresh.send(Identity.OPERATOR, shut).accepted()).isTrue();
    return Attacks.whileShut().stream()
        .map(attack ->
            DynamicTest.dynamicTest(
                attack.name(),
                () -> {
                  Answer answer = fresh.send(attack.attacker(), attack.call().apply(target));
                  assertThat(answer.guard()).as(answer.toString()).isEqualTo(attack.guard());
                  Answer twin = fresh.send(attack.twin().by(), attack.twin().call().apply(target));
                  assertThat(twin.accepted()).as(twin.toString()).isTrue();
                }));
  }

  @TestFactory
  Stream<DynamicTest> whatIsLeftToTheGateIsTakenAndStaysPendingWithoutEffect() {
    return Attacks.all().stream()
        .filter(attack -> attack.guard() instanceof Guard.Gate)
        .map(attack ->
            DynamicTest.dynamicTest(
                attack.name(),
                () -> {
                  Prey fresh = new Prey(server, chart);
                  Answer answer =
                      fresh.send(attack.attacker(), attack.call().apply(fresh.target()));
                  assertThat(answer.accepted()).as(answer.toString()).isTrue();
                }));
  }

  @Test
  void theShownOnesAreFewAndMostlyPastRbac() {
    List<Attack> reel = Attacks.reel();
    assertThat(reel).hasSize(19);
    assertThat(reel.stream().filter(attack -> !(attack.guard() instanceof Guard.Rbac)))
        .hasSizeGreaterThanOrEqualTo(10);
    assertThat(Attacks.all()).extracting(Attack::name).doesNotHaveDuplicates();
  }

  private static Stream<Attack> serverSide() {
    return Attacks.all().stream().filter(attack -> !(attack.guard() instanceof Guard.Gate));
  }

  private static void refused(Attack attack) {
    GenericKubernetesResource before = claw();
    Answer answer = prey.send(attack.attacker(), attack.call().apply(prey.target()));
    assertThat(answer.guard()).as(answer.toString()).isEqualTo(attack.guard());
    assertThat(claw()).isEqualTo(before);
  }

  private static void twinSucceeds(Attack attack) {
    Answer answer = prey.send(attack.twin().by(), attack.twin().call().apply(prey.target()));
    assertThat(answer.accepted()).as(answer.toString()).isTrue();
    assertThat(answer.message()).doesNotContain("\"allowed\":false");
  }

  private static GenericKubernetesResource claw() {
    return server
        .admin()
        .genericKubernetesResources("claw.prismer.ai/v1alpha1", "Claw")
        .inNamespace(prey.target().namespace())
        .withName(prey.target().claw())
        .get();
  }
}
