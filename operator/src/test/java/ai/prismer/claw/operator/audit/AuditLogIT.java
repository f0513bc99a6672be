package ai.prismer.claw.operator.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.api.ClawOpsReceipt;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.ClawIdentity;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Entry;
import ai.prismer.claw.gate.receipt.LogObjects;
import ai.prismer.claw.gate.receipt.Verification.Verified;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AuditLogIT {
  @RegisterExtension static final ApiServer server = new ApiServer();

  private static final ClawIdentity CLAW = new ClawIdentity("team-a", "agent", "uid-1");

  private String namespace;

  @BeforeEach
  void makeNamespace() {
    namespace = server.namespace();
  }

  private AuditLog log(KubernetesClient client) {
    return new AuditLog(client, namespace, new SecureRandom(), new PrometheusRegistry());
  }

  private AuditLog log() {
    return log(server.admin());
  }

  private ExportedLog exported() {
    return ExportedLog.of(server.admin(), namespace);
  }

  private static Draft draft(int number) {
    return Draft.of(
        CLAW,
        new Entry.Ended(
            0,
            Digest.of(("intent " + number).getBytes(StandardCharsets.UTF_8)),
            Action.RESTART_POD,
            Entry.Ending.HEALTHY,
            "number " + number),
        Instant.ofEpochMilli(1_000_000 + number));
  }

  private ConfigMap head() {
    return server.admin().configMaps().inNamespace(namespace).withName(Keys.LOG_CONFIG_MAP).get();
  }

  @Test
  void whatIsAppendedVerifiesAgainstThePublishedKey() {
    AuditLog log = log();

    for (int i = 0; i < 5; i++) {
      assertThat(log.append(draft(i), log.size())).isEqualTo(i);
    }

    assertThat(exported().verify())
        .isInstanceOfSatisfying(
            Verified.class,
            verified -> {
              assertThat(verified.checkpoint().size()).isEqualTo(5);
              assertThat(verified.checkpoint().origin()).startsWith("claw.prismer.ai/log/");
              assertThat(verified.outcomes()).isEqualTo(5);
            });
  }

  @Test
  void anOpenedLogPublishesItsKeyAndAnEmptyHead() {
    assertThat(log().size()).isZero();

    assertThat(head().getData())
        .containsOnlyKeys(LogObjects.CHECKPOINT, LogObjects.FRONTIER, LogObjects.VERIFIER_KEYS);
    assertThat(exported().checkpoint()).contains("\n0\n");
    assertThat(exported().verify()).isInstanceOf(Verified.class);
  }

  @Test
  void theSameReceiptIsAppendedOnce() {
    AuditLog log = log();
    log.append(draft(1), 0);

    assertThat(log.append(draft(2), 1)).isEqualTo(1);
    assertThat(log.append(draft(3), 1)).isEqualTo(2);
    assertThat(log.append(draft(2), 1)).isEqualTo(1);
    assertThat(log().append(draft(3), 1)).isEqualTo(2);

    assertThat(exported().receipts()).hasSize(3);
  }

  @Test
  void theKeyIsMadeOnceAndKept() {
    log().append(draft(1), 0);
    String key = exported().publishedKey().text();

    log().append(draft(2), 1);

    assertThat(exported().publishedKey().text()).isEqualTo(key);
    assertThat(exported().publishedKeys()).hasSize(1);
    Secret secret =
        server.admin().secrets().inNamespace(namespace).withName(Keys.SIGNING_SECRET).get();
    assertThat(secret.getImmutable()).isTrue();
    assertThat(secret.getData()).containsOnlyKeys(LogObjects.PRIVATE_KEY, LogObjects.KEY_NAME);
  }

  @Test
  void operatorsThatStartAndAppendAtOnceShareOneKeyAndMakeNoFork() throws Exception {
    int operators = 4;
    int each = 15;
    try (ExecutorService threads = Executors.newFixedThreadPool(operators)) {
      List<Callable<List<Long>>> work =
          IntStream.range(0, operators)
              .<Callable<List<Long>>>mapToObj(operator ->
                  () -> {
                    AuditLog log = log();
                    List<Long> indexes = new ArrayList<>();
                    for (int i = 0; i < each; i++) {
                      indexes.add(log.append(draft(operator * 1000 + i), log.size()));
                    }
                    return indexes;
                  })
              .toList();
      List<Long> taken = new ArrayList<>();
      for (Future<List<Long>> future : threads.invokeAll(work)) {
        taken.addAll(future.get());
      }
      assertThat(taken)
          .containsExactlyInAnyOrderElementsOf(
              LongStream.range(0, (long) operators * each).boxed().toList());
    }

    log().size();
    assertThat(exported().receipts()).hasSize(operators * each);
    assertThat(exported().verify()).isInstanceOf(Verified.class);
  }

  @Test
  void twoOperatorsThatOweTheSameReceiptAppendItOnce() throws Exception {
    AuditLog left = log();
    AuditLog right = log();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < 10; round++) {
        Draft owed = draft(round);
        long from = round;
        Future<Long> one = threads.submit(() -> left.append(owed, from));
        Future<Long> other = threads.submit(() -> right.append(owed, from));
        assertThat(one.get()).isEqualTo(other.get()).isEqualTo(round);
      }
    }

    assertThat(exported().receipts()).hasSize(10);
    assertThat(exported().verify()).isInstanceOf(Verified.class);
  }

  @Test
  void aCrashBetweenReceiptAndHeadRollsForward() {
    log().append(draft(1), 0);
    // The next writer dies after it has created its receipt: nothing else gets through.
    Lifeline lifeline = new Lifeline();
    try (KubernetesClient dying = lifeline.client(server.adminConfig())) {
      AuditLog log = log(dying);
      log.size();
      lifeline.cutAfterWrites(1);
      assertThatThrownBy(() -> log.append(draft(2), 1)).isNotNull();
    }
    assertThat(exported().checkpoint()).contains("\n1\n");
    assertThat(exported().receipts()).hasSize(2);

    AuditLog next = log();

    assertThat(next.size()).isEqualTo(2);
    assertThat(exported().checkpoint()).contains("\n2\n");
    assertThat(next.append(draft(2), 1)).isEqualTo(1);
    assertThat(exported().verify()).isInstanceOf(Verified.class);
  }

  @Test
  void anOperatorThatCouldNotMoveTheHeadMovesItAtTheNextTry() {
    Lifeline lifeline = new Lifeline();
    try (KubernetesClient flaky = lifeline.client(server.adminConfig())) {
      AuditLog log = log(flaky);
      log.size();
      lifeline.cutAfterWrites(1);
      assertThatThrownBy(() -> log.append(draft(1), 0)).isNotNull();
      lifeline.mend();

      assertThat(log.append(draft(1), 0)).isZero();
    }

    assertThat(exported().receipts()).hasSize(1);
    assertThat(exported().verify()).isInstanceOf(Verified.class);
  }

  @Test
  void aLostHeadIsFoundAgainFromTheReceipts() {
    AuditLog log = log();
    for (int i = 0; i < 7; i++) {
      log.append(draft(i), i);
    }
    server.admin().resource(head()).delete();

    assertThat(log().size()).isEqualTo(7);

    assertThat(exported().verify()).isInstanceOf(Verified.class);
  }

  @Test
  void aHeadThatIsLostWhileTheOperatorRunsIsWrittenAnew() {
    AuditLog log = log();
    log.append(draft(1), 0);
    server.admin().resource(head()).delete();

    log.append(draft(2), 1);

    assertThat(exported().receipts()).hasSize(2);
    assertThat(exported().verify()).isInstanceOf(Verified.class);
  }

  @Test
  void aHeadFromAnOldBackupIsRolledForward() {
    AuditLog log = log();
    log.append(draft(1), 0);
    ConfigMap backup = head();
    for (int i = 2; i < 6; i++) {
      log.append(draft(i), i - 1);
    }
    backup.getMetadata().setResourceVersion(null);
    server.admin().resource(backup).update();

    assertThat(log().size()).isEqualTo(5);
    assertThat(exported().verify()).isInstanceOf(Verified.class);
  }

  @Test
  void aHeadThatNobodyWithTheKeySignedIsNotBelieved() {
    AuditLog log = log();
    log.append(draft(1), 0);
    log.append(draft(2), 1);
    ConfigMap forged = head();
    forged.getData().put(LogObjects.FRONTIER, "{\"peaks\":[],\"size\":0}");
    server.admin().resource(forged).update();

    assertThat(log().append(draft(3), 2)).isEqualTo(2);
    assertThat(exported().verify()).isInstanceOf(Verified.class);
  }

  @Test
  void aLogWithAHoleIsNotAppendedToAndSaysWhere() {
    AuditLog log = log();
    for (int i = 0; i < 4; i++) {
      log.append(draft(i), i);
    }
    ClawOpsReceipt second = exported().receipts().get(1);
    server.admin().resource(second).delete();
    server.admin().resource(head()).delete();

    assertThatThrownBy(() -> log().append(draft(9), 4))
        .isInstanceOf(AuditLogException.class)
        .hasMessageContaining("receipt-000000000001");
    assertThat(exported().receipts()).hasSize(3);
  }

  @Test
  void aSecretThatHoldsNoKeySaysWhatToDo() {
    server
        .admin()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(Keys.SIGNING_SECRET)
                .endMetadata()
                .addToStringData(LogObjects.PRIVATE_KEY, "nonsense")
                .addToStringData(LogObjects.KEY_NAME, "name")
                .build())
        .create();

    assertThatThrownBy(() -> log().append(draft(1), 0))
        .isInstanceOf(AuditLogException.class)
        .hasMessageContaining(Keys.SIGNING_SECRET)
        .hasMessageContaining("restore it from a backup")
        .hasMessageNotContaining("nonsense");
  }

  @Test
  void aNewKeyIsPublishedBesideTheOldOneAndTheOldReceiptsStayBelieved() {
    log().append(draft(1), 0);
    String old = exported().publishedKey().text();
    server.admin().secrets().inNamespace(namespace).withName(Keys.SIGNING_SECRET).delete();

    AuditLog renewed = log();
    renewed.append(draft(2), 1);

    assertThat(exported().publishedKeys()).hasSize(2).startsWith(old);
    server.admin().resource(head()).delete();
    assertThatThrownBy(() -> log().size())
        .as("without the published keys the old receipts are nobody's")
        .isInstanceOf(AuditLogException.class)
        .hasMessageContaining("receipt-000000000000");
  }
}
