package ai.prismer.claw.operator.signals;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.gate.rule.RuleBookReader;
import ai.prismer.claw.operator.events.EventReason;
import ai.prismer.claw.operator.events.EventRecorder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rules in force as the ConfigMap {@code k8s4claw-rules} of the operator's namespace
 * says, from one moment to the next. What makes no sense in it is left out, with an Event on the
 * ConfigMap for each mistake; without the ConfigMap the defaults are in force.
 */
public final class RuleBookWatch implements Supplier<RuleBook>, AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(RuleBookWatch.class);

  private final EventRecorder events;
  private final Runnable changed;
  private final SharedIndexInformer<ConfigMap> informer;
  private volatile RuleBook book = RuleBook.DEFAULT;

  /**
   * Reads the ConfigMap and watches it; returns when it has been read.
   *
   * @param client client of the operator's own account
   * @param namespace namespace of the operator
   * @param events where mistakes are said
   * @param changed called after the rules have changed
   */
  public RuleBookWatch(
      KubernetesClient client, String namespace, EventRecorder events, Runnable changed) {
    this.events = events;
    this.changed = changed;
    this.informer =
        client
            .configMaps()
            .inNamespace(namespace)
            .withName(Keys.RULES_CONFIG_MAP)
            .inform(new Handler());
  }

  @Override
  public RuleBook get() {
    return book;
  }

  private void take(@Nullable ConfigMap map) {
    RuleBook before = book;
    if (map == null) {
      book = RuleBook.DEFAULT;
    } else {
      Map<String, String> data = map.getData() == null ? Map.of() : map.getData();
      RuleBookReader.Reading reading =
          RuleBookReader.read(data.getOrDefault(Keys.RULES_KEY, ""), RuleBook.DEFAULT);
      book = reading.book();
      for (String complaint : reading.complaints()) {
        LOGGER.warn("{}: {}", Keys.RULES_CONFIG_MAP, complaint);
        events.record(map, EventReason.RuleSkipped, Keys.RULES_KEY + ": " + complaint);
      }
    }
    if (!book.equals(before)) {
      LOGGER.info("{} rules are in force", book.rules().size());
      changed.run();
    }
  }

  private final class Handler implements ResourceEventHandler<ConfigMap> {
    @Override
    public void onAdd(ConfigMap map) {
      take(map);
    }

    @Override
    public void onUpdate(ConfigMap before, ConfigMap map) {
      take(map);
    }

    @Override
    public void onDelete(ConfigMap map, boolean finalStateUnknown) {
      take(null);
    }
  }

  @Override
  public void close() {
    informer.close();
  }
}
