package ai.prismer.claw.operator.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.ClawIdentity;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Entry;
import ai.prismer.claw.gate.receipt.Verification.Verified;
import ai.prismer.claw.gate.receipt.VerifierKey;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What people may ask of the log, with the chart's roles and policies and the operator's own
 * account.
 */
class LogCareIT {
  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private final List<String> alarms = new CopyOnWriteArrayList<>();

  @Test
  void onlyWhatAPersonAskedForUnderTheirOwnNameIsPrunedAndOnlyByTheOperator() {
    try (KubernetesClient operator = chart.operator();
        KubernetesClient alice = server.clientFor("alice", "system:masters")) {
      AuditLog log =
          new AuditLog(
              operator,
              chart.namespace(),
              new SecureRandom(),
              Clock.systemUTC(),
              OperatorConfiguration.Audit.DEFAULT,
              this::alarm,
              new PrometheusRegistry());
      LogCare care =
          new LogCare(operator, chart.namespace(), log, this::alarm, 100_000, () -> true);
      for (int i = 0; i < 5; i++) {
        log.append(draft(i), i);
      }
      VerifierKey pinned = ExportedLog.of(server.admin(), chart.namespace()).publishedKey();

      // Without a mark nobody deletes anything, and the operator sets none.
      refused(() -> log.receipts().delete(0), "a receipt is never changed or deleted");
      refused(() -> ask(operator, Keys.AUDIT_PRUNE_BELOW, "3", Keys.AUDIT_PRUNE_BY, "x"), "");
      String name = "your own user name, alice";
      refused(() -> ask(alice, Keys.AUDIT_PRUNE_BELOW, "3", Keys.AUDIT_PRUNE_BY, "bob"), name);
      refused(() -> ask(alice, Keys.AUDIT_PRUNE_BELOW, "-3", Keys.AUDIT_PRUNE_BY, "alice"), name);
      refused(() -> ask(alice, Keys.AUDIT_ROTATE, "deadbeef", Keys.AUDIT_ROTATE_BY, "bob"), name);

      ask(alice, Keys.AUDIT_ROTATE, pinned.hash(), Keys.AUDIT_ROTATE_BY, "alice");
      ask(alice, Keys.AUDIT_PRUNE_BELOW, "3", Keys.AUDIT_PRUNE_BY, "alice");
      refused(() -> log.receipts().delete(3), "a receipt is never changed or deleted");
      refused(() -> new ReceiptStore(alice, chart.namespace()).delete(0), "only the operator");
      care.look();

      ExportedLog left = ExportedLog.of(server.admin(), chart.namespace());
      assertThat(alarms)
          .containsExactly(
              "SigningKeyRotated: the signing key is "
                  + left.publishedKey().id()
                  + " now, asked for by alice",
              "ReceiptsPruned: 3 receipts below 3 were deleted, as alice had asked");
      assertThat(left.story())
          .containsExactly("Outcome Healthy", "Outcome Healthy", "Rotation", "Pruning");
      assertThat(left.predicate(3).path("by").asText()).isEqualTo("alice");
      assertThat(left.verify(pinned))
          .isInstanceOfSatisfying(
              Verified.class, verified -> assertThat(verified.first()).isEqualTo(3));
    }
  }

  private void alarm(Enum<?> reason, String message) {
    alarms.add(reason + ": " + message);
  }

  private static void refused(Runnable attempt, String words) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refusal -> assertThat(refusal.getCode()).isIn(403, 422))
        .hasMessageContaining(words);
  }

  private static void ask(
      KubernetesClient client, String annotation, String value, String by, String user) {
    client
        .namespaces()
        .withName(chart.namespace())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"%s\":\"%s\",\"%s\":\"%s\"}}}"
                .formatted(annotation, value, by, user));
  }

  private static Draft draft(int number) {
    return Draft.of(
        new ClawIdentity("team-a", "agent", "uid-1"),
        new Entry.Ended(
            0,
            Digest.of(new byte[] {(byte) number}),
            Action.RESTART_POD,
            Entry.Ending.HEALTHY,
            "number " + number),
        Instant.ofEpochMilli(1_000_000 + number));
  }
}
