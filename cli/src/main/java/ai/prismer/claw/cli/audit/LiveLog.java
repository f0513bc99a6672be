package ai.prismer.claw.cli.audit;

import ai.prismer.claw.api.ClawOpsReceipt;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.gate.receipt.Frontier;
import ai.prismer.claw.gate.receipt.LogObjects;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The log as it lies on the API server, in the operator's namespace. */
final class LiveLog {
  private static final long PAGE = 500;

  private final KubernetesClient client;
  private final String namespace;

  LiveLog(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** The head: a signed checkpoint. */
  String checkpoint() {
    return data(LogObjects.CHECKPOINT);
  }

  /** The published public keys, newest last. */
  List<String> verifierKeys() {
    return data(LogObjects.VERIFIER_KEYS).lines().filter(line -> !line.isBlank()).toList();
  }

  /** The log before the first receipt that was not pruned; empty if none was. */
  Frontier pruned() {
    return optional(LogObjects.PRUNED).map(Frontier::parse).orElse(Frontier.EMPTY);
  }

  /** Since when and until when each key signed, JSON; empty where nothing is published. */
  Optional<String> keyValidity() {
    return optional(LogObjects.KEY_VALIDITY);
  }

  /** Every receipt in the server's order of names, which is the order of the log; page by page. */
  void receipts(Consumer<ClawOpsReceipt> each) {
    String next = null;
    do {
      KubernetesResourceList<ClawOpsReceipt> page =
          client.resources(ClawOpsReceipt.class).inNamespace(namespace).list(from(next));
      page.getItems().forEach(each);
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
  }

  private static ListOptions from(@Nullable String next) {
    return new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build();
  }

  private Optional<String> optional(String key) {
    ConfigMap map = client.configMaps().inNamespace(namespace).withName(Keys.LOG_CONFIG_MAP).get();
    return Optional.ofNullable(
        map == null || map.getData() == null ? null : map.getData().get(key));
  }

  private String data(String key) {
    return optional(key)
        .orElseThrow(() ->
            CommandException.failed(
                "there is no receipt log in namespace "
                    + namespace
                    + " (ConfigMap "
                    + Keys.LOG_CONFIG_MAP
                    + ", key "
                    + key
                    + "); name the namespace of the operator with -n"));
  }
}
