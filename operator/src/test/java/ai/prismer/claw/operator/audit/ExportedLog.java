package ai.prismer.claw.operator.audit;

import ai.prismer.claw.api.ClawOpsReceipt;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.gate.receipt.Expectation;
import ai.prismer.claw.gate.receipt.ExportHeader;
import ai.prismer.claw.gate.receipt.Frontier;
import ai.prismer.claw.gate.receipt.LogObjects;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.receipt.ReceiptVerifier;
import ai.prismer.claw.gate.receipt.Verification;
import ai.prismer.claw.gate.receipt.VerifierKey;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The log of a namespace as a stranger would take it away and verify it. */
public final class ExportedLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<ClawOpsReceipt> receipts;
  private final ConfigMap head;

  private ExportedLog(List<ClawOpsReceipt> receipts, ConfigMap head) {
    this.receipts = receipts;
    this.head = head;
  }

  public static ExportedLog of(KubernetesClient client, String namespace) {
    List<ClawOpsReceipt> receipts =
        client.resources(ClawOpsReceipt.class).inNamespace(namespace).list().getItems().stream()
            .sorted(Comparator.comparing(receipt -> receipt.getMetadata().getName()))
            .toList();
    return new ExportedLog(
        receipts, client.configMaps().inNamespace(namespace).withName(Keys.LOG_CONFIG_MAP).get());
  }

  public List<ClawOpsReceipt> receipts() {
    return receipts;
  }

  /** What each receipt says: decision and result, such as {@code Outcome Healthy}. */
  public List<String> story() {
    return receipts.stream()
        .map(receipt ->
            (receipt.getSpec().decision()
                    + " "
                    + (receipt.getSpec().result() == null ? "" : receipt.getSpec().result()))
                .strip())
        .toList();
  }

  /** The predicate of a receipt. */
  public JsonNode predicate(int index) {
    try {
      JsonNode envelope = JSON.readTree(receipts.get(index).getSpec().envelope());
      return JSON.readTree(Base64.getDecoder().decode(envelope.path("payload").asText()))
          .path("predicate");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The key that signs now. */
  public VerifierKey publishedKey() {
    return VerifierKey.parse(publishedKeys().getLast());
  }

  /** All keys, the newest last. */
  public List<String> publishedKeys() {
    return head(LogObjects.VERIFIER_KEYS).lines().toList();
  }

  public String checkpoint() {
    return head(LogObjects.CHECKPOINT);
  }

  private Frontier pruned() {
    String mark = head.getData().get(LogObjects.PRUNED);
    return mark == null ? Frontier.EMPTY : Frontier.parse(mark);
  }

  private String head(String key) {
    return Objects.requireNonNull(head.getData().get(key));
  }

  /** The whole log against the published key, which a stranger would have from elsewhere. */
  public Verification verify() {
    return verify(publishedKey());
  }

  public Verification verify(VerifierKey pinned) {
    try {
      StringBuilder export = new StringBuilder();
      Frontier start = pruned();
      List<String> rotations =
          receipts.stream()
              .filter(receipt -> receipt.getSpec().index() < start.size())
              .map(receipt -> receipt.getSpec().envelope())
              .toList();
      export.append(ExportHeader.of(checkpoint(), start, rotations).json()).append('\n');
      receipts.stream()
          .filter(receipt -> receipt.getSpec().index() >= start.size())
          .forEach(receipt -> export.append(receipt.getSpec().envelope()).append('\n'));
      return ReceiptVerifier.verify(
          new ByteArrayInputStream(export.toString().getBytes(StandardCharsets.UTF_8)),
          new Expectation(List.of(pinned), Optional.empty(), receipts.size()));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (NotVerifiedException refused) {
      throw new AssertionError("the checkpoint is none", refused);
    }
  }
}
