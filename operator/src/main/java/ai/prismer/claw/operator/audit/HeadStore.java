package ai.prismer.claw.operator.audit;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.gate.receipt.Checkpoint;
import ai.prismer.claw.gate.receipt.Frontier;
import ai.prismer.claw.gate.receipt.LogObjects;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.receipt.SigningKey;
import ai.prismer.claw.gate.receipt.VerifierKey;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The head of the log in its ConfigMap, moved by compare-and-swap. */
final class HeadStore {
  private static final Logger LOG = LoggerFactory.getLogger(HeadStore.class);

  private final KubernetesClient client;
  private final String namespace;

  HeadStore(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * Reads the head.
   *
   * @param own the keys of this operator, believed besides the published ones
   * @return the head; its {@code stored} is −1 and its frontier empty where the ConfigMap holds
   *     none that a known key has signed, and then it must be found again from the receipts
   */
  Head load(Collection<VerifierKey> own) {
    ConfigMap map = read();
    if (map == null) {
      return new Head(Frontier.EMPTY, Frontier.EMPTY, List.of(), null, -1);
    }
    List<VerifierKey> published = keys(map);
    Optional<Frontier> frontier = frontier(map, published, own);
    return new Head(
        frontier.orElse(Frontier.EMPTY),
        frontier.isPresent() ? pruned(map) : Frontier.EMPTY,
        KeyPeriod.of(published, text(map, LogObjects.KEY_VALIDITY)),
        map.getMetadata().getResourceVersion(),
        frontier.map(Frontier::size).orElse(-1L));
  }

  /** How many keys are published, which bounds the numbers of their Secrets. */
  int publishedKeys() {
    ConfigMap map = read();
    return map == null ? 0 : keys(map).size();
  }

  /**
   * Stores the head.
   *
   * @param key signs the checkpoint
   * @return the head as stored; empty if somebody else was faster, and then it must be loaded again
   */
  Optional<Head> save(Head head, SigningKey key) {
    Map<String, String> data = new TreeMap<>();
    data.put(
        LogObjects.CHECKPOINT, Checkpoint.of(key.verifier().name(), head.frontier()).sign(key));
    data.put(LogObjects.FRONTIER, head.frontier().json());
    data.put(
        LogObjects.VERIFIER_KEYS,
        head.keys().stream().map(each -> each.text() + "\n").collect(Collectors.joining()));
    data.put(LogObjects.KEY_VALIDITY, KeyPeriod.json(head.periods()));
    if (head.pruned().size() > 0) {
      data.put(LogObjects.PRUNED, head.pruned().json());
    }
    try {
      ConfigMap stored = head.resourceVersion() == null ? create(data) : replace(head, data);
      return Optional.of(
          head.asStored(stored.getMetadata().getResourceVersion(), head.frontier().size()));
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT
          || refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  private ConfigMap create(Map<String, String> data) {
    return client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(Keys.LOG_CONFIG_MAP)
                .withLabels(Map.of(Keys.LABEL_MANAGED_BY, Keys.MANAGED_BY))
                .endMetadata()
                .withData(data)
                .build())
        .create();
  }

  private ConfigMap replace(Head head, Map<String, String> data) {
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    patch
        .addObject()
        .put("op", "replace")
        .put("path", "/metadata/resourceVersion")
        .put("value", head.resourceVersion());
    var value = patch.addObject().put("op", "add").put("path", "/data").putObject("value");
    data.forEach(value::put);
    // By the object, not by its name: the client would read it first to find its address.
    return client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(Keys.LOG_CONFIG_MAP)
                .endMetadata()
                .build())
        .patch(PatchContext.of(PatchType.JSON), patch.toString());
  }

  private static Optional<Frontier> frontier(
      ConfigMap map, List<VerifierKey> published, Collection<VerifierKey> own) {
    List<VerifierKey> believed = new ArrayList<>(published);
    believed.addAll(own);
    try {
      Frontier frontier = Frontier.parse(text(map, LogObjects.FRONTIER));
      Checkpoint checkpoint = Checkpoint.open(text(map, LogObjects.CHECKPOINT), believed);
      if (checkpoint.size() == frontier.size() && checkpoint.root().equals(frontier.root())) {
        return Optional.of(frontier);
      }
      LOG.warn("the head of the receipt log does not fit its checkpoint; reading all receipts");
    } catch (IllegalArgumentException | NotVerifiedException unusable) {
      LOG.warn(
          "the head of the receipt log is not usable ({}); reading all receipts",
          unusable.getMessage());
    }
    return Optional.empty();
  }

  private static Frontier pruned(ConfigMap map) {
    String text = text(map, LogObjects.PRUNED);
    try {
      return text.isEmpty() ? Frontier.EMPTY : Frontier.parse(text);
    } catch (IllegalArgumentException unreadable) {
      LOG.warn("the published mark of the pruning is unreadable: {}", unreadable.getMessage());
      return Frontier.EMPTY;
    }
  }

  private static List<VerifierKey> keys(ConfigMap map) {
    List<VerifierKey> keys = new ArrayList<>();
    for (String line : text(map, LogObjects.VERIFIER_KEYS).lines().toList()) {
      try {
        keys.add(VerifierKey.parse(line));
      } catch (IllegalArgumentException unreadable) {
        LOG.warn("a line of the published verifier keys is no key: {}", unreadable.getMessage());
      }
    }
    return keys;
  }

  private static String text(ConfigMap map, String key) {
    return map.getData() == null ? "" : map.getData().getOrDefault(key, "");
  }

  private ConfigMap read() {
    return client.configMaps().inNamespace(namespace).withName(Keys.LOG_CONFIG_MAP).get();
  }
}
