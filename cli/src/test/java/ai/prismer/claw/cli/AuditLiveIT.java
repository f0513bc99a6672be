package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.ClawOpsReceipt;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.ClawIdentity;
import ai.prismer.claw.api.ops.ReceiptSpec;
import ai.prismer.claw.gate.receipt.LogObjects;
import ai.prismer.claw.testkit.chart.Kubeconfig;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands that read a cluster, against a real API server, as an auditor who may only read. */
class AuditLiveIT {
  @RegisterExtension static final ApiServer server = new ApiServer();

  /** More than a page, so that the second page is fetched too. */
  private static final int SIZE = 620;

  private static final SampleLog LOG = new SampleLog(SIZE + 1);

  @TempDir Path folder;
  private String namespace;
  private KubeconfigUser auditor;

  @BeforeEach
  void aNamespaceAndAnAuditor() throws IOException {
    namespace = server.namespace();
    auditor =
        new KubeconfigUser(server, namespace, "auditor", folder)
            .allowed(
                """
                [{apiGroups: [claw.prismer.ai], resources: [clawopsreceipts], verbs: [list]},
                 {apiGroups: [""], resources: [configmaps], resourceNames: [k8s4claw-log], verbs: [get]}]
                """);
  }

  @Test
  void aLogIsExportedPageByPageAndVerifiedWithThePublishedKey() throws IOException {
    store(SIZE);
    Path export = folder.resolve("receipts.jsonl");

    Program exported = auditor.claw("audit", "export", "-n", namespace, "-o", export.toString());
    Program key = auditor.claw("-n", namespace, "audit", "key");
    Program verified =
        Program.run("audit", "verify", export.toString(), "--key", key.out().strip());

    assertThat(exported.exitCode()).as(exported.err()).isZero();
    assertThat(exported.err()).contains("exported 620 receipts of log k8s4claw/sample");
    assertThat(key.out().strip()).isEqualTo(LOG.key.verifier().text());
    assertThat(key.err()).contains("pin this key out of band");
    assertThat(verified.out()).startsWith("verified: 620 receipts");
    assertThat(Files.readString(export)).isEqualTo(LOG.export(SIZE));
    assertThat(folder.resolve("receipts.jsonl.part")).doesNotExist();
  }

  @Test
  void withoutAFileTheExportGoesToStandardOutput() throws IOException {
    store(3);

    assertThat(auditor.claw("audit", "export", "-n", namespace).out().lines().toList())
        .isEqualTo(LOG.export(3).lines().toList());
  }

  @Test
  void aReceiptBeyondTheCheckpointIsLeftOut() throws IOException {
    store(3);
    create(3);

    Program program = auditor.claw("audit", "export", "-n", namespace);

    assertThat(program.exitCode()).isZero();
    assertThat(program.out().lines().toList()).isEqualTo(LOG.export(3).lines().toList());
  }

  @Test
  void aReceiptThatIsMissingOnTheServerIsSaidAndIsNoSuccess() throws IOException {
    store(3);
    server
        .admin()
        .resources(ClawOpsReceipt.class)
        .inNamespace(namespace)
        .withName(LogObjects.receiptName(1))
        .delete();

    Program program = auditor.claw("audit", "export", "-n", namespace);

    assertThat(program.exitCode()).isEqualTo(1);
    assertThat(program.err()).contains("the checkpoint covers 3 receipts, the cluster has 2");
  }

  @Test
  void aNamespaceWithoutALogIsSaid() {
    Program program = auditor.claw("audit", "key", "-n", namespace);

    assertThat(program.exitCode()).isEqualTo(1);
    assertThat(program.err())
        .startsWith("error: there is no receipt log in namespace " + namespace)
        .contains("name the namespace of the operator with -n");
  }

  @Test
  void aRefusalOfTheServerIsShownInItsOwnWords() {
    Program program = auditor.claw("audit", "key", "-n", "kube-system");

    assertThat(program.exitCode()).isEqualTo(1);
    assertThat(program.err())
        .startsWith("error: reading the public keys of namespace kube-system: ")
        .contains("is forbidden");
  }

  @Test
  void aServerThatDoesNotAnswerIsNamed() throws IOException {
    Files.writeString(
        auditor.kubeconfig(),
        Files.readString(auditor.kubeconfig())
            .replace(server.adminConfig().getMasterUrl(), "https://127.0.0.1:1/"));

    Program program = auditor.claw("audit", "key", "-n", namespace);

    assertThat(program.exitCode()).isEqualTo(1);
    assertThat(program.err()).contains("https://127.0.0.1:1/ does not answer (");
  }

  @Test
  void aContextThatDoesNotExistIsAWrongCommandLine() {
    Program program = auditor.claw("audit", "key", "-n", namespace, "--context", "nowhere");

    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains("no context nowhere");
  }

  @Test
  void aKubeconfigWithAKeyOnACurveWorks() throws IOException {
    store(1);
    Kubeconfig.write(server.adminConfig(), auditor.kubeconfig());

    assertThat(auditor.claw("audit", "key", "-n", namespace).exitCode()).isZero();
  }

  private void store(int size) {
    for (int i = 0; i < size; i++) {
      create(i);
    }
    server
        .admin()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(Keys.LOG_CONFIG_MAP)
                .withNamespace(namespace)
                .endMetadata()
                .addToData(LogObjects.CHECKPOINT, LOG.checkpoint(size))
                .addToData(LogObjects.VERIFIER_KEYS, LOG.key.verifier().text() + "\n")
                .build())
        .create();
  }

  private void create(int index) {
    ClawOpsReceipt receipt = new ClawOpsReceipt();
    receipt.setMetadata(
        new ObjectMetaBuilder()
            .withName(LogObjects.receiptName(index))
            .withNamespace(namespace)
            .build());
    receipt.setSpec(
        new ReceiptSpec(
            (long) index,
            new ClawIdentity("team-a", "my-agent", "uid-1"),
            null,
            "Reject",
            "malformed",
            LOG.envelopes.get(index),
            null));
    server.admin().resource(receipt).create();
  }
}
