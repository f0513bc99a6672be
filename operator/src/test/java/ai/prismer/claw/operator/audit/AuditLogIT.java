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
import ai.prismer.claw.gate.receipt.VerifierKey;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AuditLogIT {
  @RegisterExtension static final ApiServer server = new ApiServer();

  private static final ClawIdentity CLAW = new ClawIdentity("team-a", "agent", "uid-1");

  private final List<String> alarms = new CopyOnWriteArrayList<>();
  private String namespace;

  @BeforeEach
  void makeNamespace() {
    namespace = server.namespace();
  }

  private AuditLog log(KubernetesClient client) {
    return log(client, OperatorConfiguration.Audit.DEFAULT, new PrometheusRegistry());
  }

  private AuditLog log(
      KubernetesClient client, OperatorConfiguration.Audit settings, PrometheusRegistry registry) {
    return new AuditLog(
        client,
        namespace,
        new SecureRandom(),
        Clock.systemUTC(),
        settings,
        (reason, message) -> alarms.add(reason + ": " + message),
        registry);
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
        .containsOnlyKeys(
            LogObjects.CHECKPOINT,
            LogObjects.FRONTIER,
            LogObjects.VERIFIER_KEYS,
            LogObjects.KEY_VALIDITY);
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
  void whatOthersHaveAppendedMeanwhileIsNotReadAgain() {
    AtomicInteger reads = new AtomicInteger();
    Interceptor count =
        new Interceptor() {
          @Override
          public void before(
              BasicBuilder builder, HttpRequest request, Interceptor.RequestTags tags) {
            if (request.method().equals("GET") && request.uri().getPath().contains("receipts")) {
              reads.incrementAndGet();
            }
          }
        };
    try (KubernetesClient counted =
        new KubernetesClientBuilder()
            .withConfig(server.adminConfig())
            .withHttpClientBuilderConsumer(
                builder -> builder.addOrReplaceInterceptor("count", count))
            .build()) {
      AuditLog log = log(counted, OperatorConfiguration.Audit.DEFAULT, new PrometheusRegistry());
      log.append(draft(0), 0);
      reads.set(0);

      for (int i = 1; i < 10; i++) {
        assertThat(log.append(draft(i), 0)).isEqualTo(i);
      }
      assertThat(log.append(draft(4), 0)).isEqualTo(4);
      assertThat(reads).hasValue(0);

      assertThat(
              log(counted, OperatorConfiguration.Audit.DEFAULT, new PrometheusRegistry())
                  .append(draft(4), 0))
          .as("after a restart it is read")
          .isEqualTo(4);
      assertThat(reads).hasPositiveValue();
    }
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

  private void breakTheKey() {
    server.admin().secrets().inNamespace(namespace).withName(Keys.SIGNING_SECRET).delete();
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
  }

  private void restore(Secret key) {
    server.admin().secrets().inNamespace(namespace).withName(Keys.SIGNING_SECRET).delete();
    key.getMetadata().setResourceVersion(null);
    key.getMetadata().setUid(null);
    server.admin().resource(key).create();
  }

  private Secret key() {
    return server.admin().secrets().inNamespace(namespace).withName(Keys.SIGNING_SECRET).get();
  }

  @Test
  void aSecretThatHoldsNoKeyStopsNoReceiptOnlyItsSignature() {
    log().append(draft(1), 0);
    Secret genuine = key();
    VerifierKey pinned = exported().publishedKey();
    breakTheKey();
    PrometheusRegistry registry = new PrometheusRegistry();
    AuditLog log = log(server.admin(), OperatorConfiguration.Audit.DEFAULT, registry);

    assertThat(log.append(draft(2), 1)).isEqualTo(1);
    assertThat(log.append(draft(3), 2)).isEqualTo(2);

    assertThat(exported().checkpoint()).as("it stands still").contains("\n1\n");
    assertThat(alarms)
        .allSatisfy(alarm ->
            assertThat(alarm)
                .startsWith("ReceiptUnsigned: ")
                .contains(Keys.SIGNING_SECRET, "restore it from a backup")
                .doesNotContain("nonsense"))
        .hasSize(2);
    ClawOpsReceipt unsigned = exported().receipts().get(1);
    assertThat(unsigned.getMetadata().getLabels()).containsEntry(Keys.LABEL_UNSIGNED, "true");
    assertThat(unsigned.getSpec().envelope()).contains("\"signatures\":[]");
    assertThat(gauge(registry, "k8s4claw_receipts_unsigned")).isEqualTo(2);

    restore(genuine);
    assertThat(log.append(draft(4), 3)).isEqualTo(4);

    assertThat(exported().story()).element(3).isEqualTo("Voucher");
    assertThat(exported().receipts().get(1)).as("never edited").isEqualTo(unsigned);
    assertThat(gauge(registry, "k8s4claw_receipts_unsigned")).isZero();
    assertThat(exported().verify(pinned)).isInstanceOf(Verified.class);
    assertThat(alarms).last().asString().startsWith("ReceiptsVouchedFor: ");
  }

  @Test
  void anotherOperatorVouchesForWhatOneCouldNotSign() {
    log().append(draft(1), 0);
    Secret genuine = key();
    breakTheKey();
    for (int i = 0; i < 5; i++) {
      log().append(draft(10 + i), 1);
    }
    restore(genuine);

    assertThat(log().size()).isEqualTo(7);

    assertThat(exported().receipts()).hasSize(7);
    assertThat(exported().verify()).isInstanceOf(Verified.class);
  }

  @Test
  void whereAReceiptIsRequiredNothingIsAppendedWithoutASignature() {
    log().append(draft(1), 0);
    breakTheKey();
    AuditLog log =
        log(
            server.admin(),
            new OperatorConfiguration.Audit(true, null, null),
            new PrometheusRegistry());

    assertThatThrownBy(() -> log.append(draft(2), 1))
        .isInstanceOf(AuditLogException.class)
        .hasMessageContaining("audit.required")
        .hasMessageNotContaining("nonsense");

    assertThat(exported().receipts()).hasSize(1);
  }

  @Test
  void aRotationIsCrossSignedAndFollowedByWhoHasPinnedTheOldKey() {
    AuditLog log = log();
    log.append(draft(1), 0);
    VerifierKey old = exported().publishedKey();
    ask(Keys.AUDIT_ROTATE, old.hash(), Keys.AUDIT_ROTATE_BY);

    care(log).look();
    care(log).look();
    log.append(draft(2), 2);

    assertThat(exported().story())
        .containsExactly("Outcome Healthy", "Rotation", "Outcome Healthy");
    assertThat(exported().publishedKeys()).hasSize(2).startsWith(old.text());
    assertThat(exported().publishedKey()).isNotEqualTo(old);
    assertThat(head().getData().get(LogObjects.KEY_VALIDITY)).contains("\"until\"");
    assertThat(exported().verify(old)).isInstanceOf(Verified.class);
    assertThat(exported().verify(exported().publishedKey()))
        .as("the new key vouches for nothing before it")
        .isNotInstanceOf(Verified.class);
    assertThat(alarms).singleElement().asString().startsWith("SigningKeyRotated: ");
    assertThat(log().append(draft(3), 3)).as("a new operator signs with the new key").isEqualTo(3);
    server.admin().resource(head()).delete();
    assertThat(log().size()).as("found again from the receipts").isEqualTo(4);
    assertThat(exported().verify(old)).isInstanceOf(Verified.class);
  }

  @Test
  void twoOperatorsDuringARotationMakeNoForkAndNoSecondRotation() throws Exception {
    AuditLog left = log();
    AuditLog right = log();
    left.append(draft(1), 0);
    right.append(draft(2), 1);
    VerifierKey old = exported().publishedKey();
    ask(Keys.AUDIT_ROTATE, old.hash(), Keys.AUDIT_ROTATE_BY);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Long>> work = new ArrayList<>();
      for (AuditLog log : List.of(left, right)) {
        work.add(() -> {
          care(log).look();
          return 0L;
        });
        work.add(() -> {
          long last = 0;
          for (int i = 0; i < 10; i++) {
            last = log.append(draft((log == left ? 100 : 200) + i), log.size());
          }
          return last;
        });
      }
      for (Future<Long> done : threads.invokeAll(work)) {
        done.get();
      }
    }

    left.size();
    assertThat(exported().story()).filteredOn("Rotation"::equals).hasSize(1);
    assertThat(exported().receipts()).hasSize(23);
    assertThat(exported().publishedKeys()).hasSize(2);
    assertThat(exported().verify(old)).isInstanceOf(Verified.class);
  }

  @Test
  void receiptsAreDeletedBelowAMarkThatIsRecordedFirstAndTheRestVerifies() {
    AuditLog log = log();
    for (int i = 0; i < 6; i++) {
      log.append(draft(i), i);
    }
    VerifierKey pinned = exported().publishedKey();
    ask(Keys.AUDIT_ROTATE, pinned.hash(), Keys.AUDIT_ROTATE_BY);
    care(log).look();
    log.append(draft(7), 7);
    ask(Keys.AUDIT_PRUNE_BELOW, "8", Keys.AUDIT_PRUNE_BY);

    care(log).look();

    assertThat(exported().story()).containsExactly("Rotation", "Pruning");
    assertThat(exported().verify(pinned))
        .isInstanceOfSatisfying(
            Verified.class, verified -> assertThat(verified.first()).isEqualTo(8));
    assertThat(log.append(draft(8), 9)).isEqualTo(9);
    server.admin().resource(head()).delete();
    assertThat(log().size()).as("found again from what is left").isEqualTo(10);
    assertThat(exported().verify(pinned)).isInstanceOf(Verified.class);
  }

  @Test
  void aPruningThatWasInterruptedGoesOnAndIsRecordedOnce() {
    for (int i = 0; i < 6; i++) {
      log().append(draft(i), i);
    }
    ask(Keys.AUDIT_PRUNE_BELOW, "4", Keys.AUDIT_PRUNE_BY);
    Lifeline lifeline = new Lifeline();
    try (KubernetesClient dying = lifeline.client(server.adminConfig())) {
      AuditLog log = log(dying);
      log.size();
      // The receipt, the head, two deletions.
      lifeline.cutAfterWrites(4);
      assertThatThrownBy(() -> care(log).look()).isNotNull();
    }
    assertThat(exported().receipts()).hasSize(5);

    care(log()).look();

    assertThat(exported().story()).filteredOn("Pruning"::equals).hasSize(1);
    assertThat(exported().receipts()).hasSize(3);
    assertThat(exported().verify()).isInstanceOf(Verified.class);
  }

  @Test
  void aMarkBeyondTheCheckpointIsRefusedAndNothingIsDeleted() {
    AuditLog log = log();
    log.append(draft(1), 0);
    for (String mark : List.of("2", "0", "-1", "many", "9999999999999")) {
      ask(Keys.AUDIT_PRUNE_BELOW, mark, Keys.AUDIT_PRUNE_BY);
      care(log).look();
    }

    assertThat(exported().receipts()).hasSize(1);
    assertThat(alarms)
        .hasSize(5)
        .allMatch(alarm -> alarm.startsWith("ReceiptRequestRefused: receipts can be pruned below"));
  }

  @Test
  void fromTheRetentionOnAPersonIsAskedToPruneAndNotTwiceForTheSame() {
    PrometheusRegistry registry = new PrometheusRegistry();
    AuditLog log = log(server.admin(), OperatorConfiguration.Audit.DEFAULT, registry);
    log.append(draft(1), 0);
    LogCare care = care(log, 2);
    care.look();
    assertThat(alarms).isEmpty();
    assertThat(gauge(registry, "k8s4claw_receipts_pruning_due")).isZero();

    log.append(draft(2), 1);
    care.look();
    care.look();

    assertThat(alarms)
        .singleElement()
        .asString()
        .startsWith("ReceiptPruningDue: the log stores 2 receipts")
        .contains("kubectl claw audit prune -n " + namespace);
    assertThat(gauge(registry, "k8s4claw_receipts_pruning_due")).isEqualTo(1);
  }

  @Test
  void underLoadOneCheckpointCoversABatchAndAtRestNothingIsWritten() throws Exception {
    Lifeline lifeline = new Lifeline();
    try (KubernetesClient client = lifeline.client(server.adminConfig());
        ExecutorService threads = Executors.newFixedThreadPool(16)) {
      AuditLog log = log(client);
      log.size();
      List<Callable<Long>> work =
          IntStream.range(0, 64)
              .<Callable<Long>>mapToObj(i -> () -> log.append(draft(i), 0))
              .toList();
      for (Future<Long> done : threads.invokeAll(work)) {
        done.get();
      }
      long heads = lifeline.trace().stream().filter(write -> write.startsWith("PATCH")).count();
      assertThat(heads).isBetween(1L, 32L);
      assertThat(exported().checkpoint()).contains("\n64\n");
      assertThat(exported().verify()).isInstanceOf(Verified.class);
      int writes = lifeline.writes();

      care(log).look();

      assertThat(lifeline.writes()).isEqualTo(writes);
    }
  }

  private LogCare care(AuditLog log) {
    return care(log, 100_000);
  }

  private LogCare care(AuditLog log, int retention) {
    return new LogCare(
        server.admin(),
        namespace,
        log,
        (reason, message) -> alarms.add(reason + ": " + message),
        retention,
        () -> true);
  }

  private void ask(String annotation, String value, String by) {
    server
        .admin()
        .namespaces()
        .withName(namespace)
        .edit(each -> {
          Map<String, String> all = new HashMap<>();
          if (each.getMetadata().getAnnotations() != null) {
            all.putAll(each.getMetadata().getAnnotations());
          }
          all.put(annotation, value);
          all.put(by, "alice");
          each.getMetadata().setAnnotations(all);
          return each;
        });
  }

  private static double gauge(PrometheusRegistry registry, String name) {
    return registry.scrape().stream()
        .filter(each -> each.getMetadata().getName().equals(name))
        .map(each -> ((GaugeSnapshot) each).getDataPoints().getFirst().getValue())
        .findFirst()
        .orElseThrow();
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
