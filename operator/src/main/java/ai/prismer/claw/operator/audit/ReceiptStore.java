package ai.prismer.claw.operator.audit;

import ai.prismer.claw.api.ClawOpsReceipt;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.ClawIdentity;
import ai.prismer.claw.api.ops.ReceiptSpec;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.LogObjects;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The receipts as objects: created by index, read by index, never changed. */
final class ReceiptStore {
  private static final Pattern NAME = Pattern.compile("receipt-[0-9]{12}");
  private static final long PAGE = 500;

  private final KubernetesClient client;
  private final String namespace;

  ReceiptStore(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * Creates a receipt.
   *
   * @param signed whether the envelope has a signature; one without is marked by a label
   * @param extra what another signer says of it
   * @return false if there is one at this index already
   */
  boolean create(long index, Draft draft, String envelope, boolean signed, @Nullable String extra) {
    var claw = draft.claw().orElse(null);
    Map<String, String> labels = new HashMap<>();
    labels.put(Keys.LABEL_MANAGED_BY, Keys.MANAGED_BY);
    if (claw != null) {
      labels.put(Keys.LABEL_INSTANCE, claw.name());
      labels.put(Keys.LABEL_CLAW_NAMESPACE, claw.namespace());
    }
    if (!signed) {
      labels.put(Keys.LABEL_UNSIGNED, "true");
    }
    ClawOpsReceipt receipt = new ClawOpsReceipt();
    receipt.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(LogObjects.receiptName(index))
            .withLabels(labels)
            .build());
    receipt.setSpec(
        new ReceiptSpec(
            index,
            claw == null ? null : new ClawIdentity(claw.namespace(), claw.name(), claw.uid()),
            orNull(draft.action()),
            draft.decision(),
            orNull(draft.result()),
            envelope,
            extra));
    try {
      client.resource(receipt).create();
      return true;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw refused;
    }
  }

  /** The envelope at an index, if there is one. */
  Optional<String> read(long index) {
    return Optional.ofNullable(
            client
                .resources(ClawOpsReceipt.class)
                .inNamespace(namespace)
                .withName(LogObjects.receiptName(index))
                .get())
        .map(receipt -> receipt.getSpec().envelope());
  }

  /** What is done with each receipt of a walk; false ends it. */
  interface Visitor<E extends Exception> {
    boolean visit(ReceiptSpec receipt) throws E;
  }

  /** The envelopes about Claws of one namespace and name, in the order of their index. */
  List<String> of(String clawNamespace, String claw) {
    List<String> envelopes = new ArrayList<>();
    walk(
        client
            .resources(ClawOpsReceipt.class)
            .inNamespace(namespace)
            .withLabel(Keys.LABEL_CLAW_NAMESPACE, clawNamespace)
            .withLabel(Keys.LABEL_INSTANCE, claw),
        receipt -> envelopes.add(receipt.envelope()));
    return envelopes;
  }

  /** Visits receipts in the order of their index, page by page. */
  <E extends Exception> void walk(Visitor<E> visitor) throws E {
    walk(client.resources(ClawOpsReceipt.class).inNamespace(namespace), visitor);
  }

  private static <E extends Exception> void walk(
      FilterWatchListDeletable<
              ClawOpsReceipt, KubernetesResourceList<ClawOpsReceipt>, Resource<ClawOpsReceipt>>
          some,
      Visitor<E> visitor)
      throws E {
    String next = null;
    do {
      KubernetesResourceList<ClawOpsReceipt> page =
          some.list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
      // The server lists by name, and the names are the indexes with leading zeros.
      for (ClawOpsReceipt receipt : page.getItems()) {
        if (NAME.matcher(receipt.getMetadata().getName()).matches()
            && !visitor.visit(receipt.getSpec())) {
          return;
        }
      }
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
  }

  /** Deletes a receipt; that it is gone already is no error. */
  void delete(long index) {
    client
        .resources(ClawOpsReceipt.class)
        .inNamespace(namespace)
        .withName(LogObjects.receiptName(index))
        .delete();
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
