package ai.prismer.claw.cli.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsReceipt;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.ClawIdentity;
import ai.prismer.claw.cli.resource.Found;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The last receipts of one Claw, oldest first.
 *
 * @param lines what they say
 * @param refusal why they cannot be read; empty if they could
 */
record Receipts(List<ReceiptLine> lines, Optional<String> refusal) {
  private static final long PAGE = 500;
  private static final int KEPT = 200;

  /** Reads them in the operator's namespace; that this may be forbidden is no failure. */
  static Receipts of(KubernetesClient client, String operatorNamespace, Found<Claw> claw) {
    Deque<ReceiptLine> last = new ArrayDeque<>();
    try {
      String next = null;
      do {
        KubernetesResourceList<ClawOpsReceipt> page =
            client
                .resources(ClawOpsReceipt.class)
                .inNamespace(operatorNamespace)
                .withLabel(Keys.LABEL_INSTANCE, claw.name())
                .withLabel(Keys.LABEL_CLAW_NAMESPACE, claw.namespace())
                .list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
        page.getItems().forEach(receipt -> keep(last, receipt, claw.uid()));
        next = page.getMetadata().getContinue();
      } while (next != null && !next.isEmpty());
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return new Receipts(List.of(), Optional.of(reason(e)));
      }
      throw e;
    }
    return new Receipts(List.copyOf(last), Optional.empty());
  }

  /** Only of this Claw: one that had the name before is another one. */
  private static void keep(Deque<ReceiptLine> last, ClawOpsReceipt receipt, String uid) {
    ClawIdentity about = receipt.getSpec().claw();
    if (about != null && about.uid().equals(uid)) {
      ReceiptLine.read(receipt.getSpec().envelope()).ifPresent(last::add);
      if (last.size() > KEPT) {
        last.removeFirst();
      }
    }
  }

  private static String reason(KubernetesClientException e) {
    return e.getStatus() == null || e.getStatus().getMessage() == null
        ? "forbidden"
        : e.getStatus().getMessage();
  }
}
