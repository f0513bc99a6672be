package ai.prismer.claw.operator.confinement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.attack.Answer;
import ai.prismer.claw.testkit.attack.Assault;
import ai.prismer.claw.testkit.attack.Attack;
import ai.prismer.claw.testkit.attack.Attacks;
import ai.prismer.claw.testkit.attack.Cases;
import ai.prismer.claw.testkit.attack.Guard;
import ai.prismer.claw.testkit.attack.Identities;
import ai.prismer.claw.testkit.attack.Main;
import ai.prismer.claw.testkit.attack.People;
import ai.prismer.claw.testkit.attack.Scene;
import ai.prismer.claw.testkit.attack.Target;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.chart.Kubeconfig;
import ai.prismer.claw.testkit.cluster.ApiServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The attacks with a real operator: also what the API server lets through is refused. */
class AttackReelIT {
  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private final Hunt hunt = new Hunt(server, chart);

  @Test
  void everyAttackIsRefusedByTheGuardItNamesAndNothingChanges() {
    Target target = hunt.target(server.namespace(), "prey");
    People.create(server.admin(), target.namespace());
    try (ClawOperator _ = hunt.operator();
        Identities identities = new Identities(server.adminConfig(), target)) {
      hunt.prey(target);
      Cases.create(identities, target, uid(target));
      Assault assault = new Assault(identities, server.admin(), Clock.systemUTC());
      Scene before = Scene.of(server.admin(), target);
      for (Attack attack : Attacks.all()) {
        Assault.Ending ending = assault.attempt(attack, target);
        assertThat(ending.by()).as(attack.name() + ": " + ending).isEqualTo(attack.guard());
      }
      assertThat(before.changedTo(Scene.of(server.admin(), target))).isEmpty();
    }
  }

  @Test
  void theReelCountsWhatItShowsInAtMostTwentyLines(@TempDir Path folder) throws Exception {
    try (ClawOperator _ = hunt.operator()) {
      Target target = hunt.prey(server.namespace(), "prey");
      Path kubeconfig = Kubeconfig.write(server.adminConfig(), folder.resolve("kubeconfig"));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      int code =
          Main.run(
              new String[] {
                "--kubeconfig", kubeconfig.toString(),
                "--namespace", target.namespace(),
                "--claw", target.claw(),
                "--operator-namespace", chart.namespace()
              },
              new PrintStream(out, true, StandardCharsets.UTF_8),
              System.err);
      List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
      assertThat(code).as(String.join("\n", lines)).isZero();
      assertThat(lines).hasSizeLessThanOrEqualTo(20);
      assertThat(lines.getLast()).isEqualTo("attacks=19 refused=19");
      assertThat(lines.subList(0, 19)).allMatch(line -> line.startsWith("refused  "));
    }
  }

  @Test
  void whatComesWhileTheOperatorIsAwayWaitsWithoutEffectAndIsRefusedOnItsReturn() {
    String namespace = server.namespace();
    Map<Target, Attack> pending = new LinkedHashMap<>();
    Map<Target, Scene> scenes = new LinkedHashMap<>();
    List<Attack> gated =
        Attacks.all().stream().filter(attack -> attack.guard() instanceof Guard.Gate).toList();
    Map<Target, Identities> attackers = new LinkedHashMap<>();
    People.create(server.admin(), namespace);
    try (ClawOperator _ = hunt.operator()) {
      for (Attack attack : gated) {
        Target target = hunt.prey(namespace, "prey-" + pending.size());
        pending.put(target, attack);
        Identities identities = new Identities(server.adminConfig(), target);
        attackers.put(target, identities);
        Cases.create(identities, target, uid(target));
      }
    }
    pending.forEach((target, attack) -> {
      scenes.put(target, Scene.of(server.admin(), target));
      Target now = target.at(System.currentTimeMillis());
      Answer answer =
          Answer.to(
              attack.call().apply(now),
              Objects.requireNonNull(attackers.get(target)).apply(attack.attacker()));
      assertThat(answer.accepted()).as(attack.name() + ": " + answer).isTrue();
      assertThat(Scene.pending(server.admin(), target)).isTrue();
    });
    try (ClawOperator _ = hunt.operator()) {
      pending.forEach((target, attack) -> {
        await().atMost(Hunt.PATIENCE).until(() -> !Scene.pending(server.admin(), target));
        assertThat(Scene.refusals(server.admin(), target)).as(attack.name()).isEqualTo(1);
        assertThat(
                Objects.requireNonNull(scenes.get(target))
                    .changedTo(Scene.of(server.admin(), target)))
            .as(attack.name())
            .isEmpty();
      });
    }
    attackers.values().forEach(Identities::close);
  }

  private static String uid(Target target) {
    return server
        .admin()
        .genericKubernetesResources("claw.prismer.ai/v1alpha1", "Claw")
        .inNamespace(target.namespace())
        .withName(target.claw())
        .get()
        .getMetadata()
        .getUid();
  }
}
