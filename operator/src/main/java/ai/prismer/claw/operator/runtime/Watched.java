package ai.prismer.claw.operator.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All objects of a controller's kind as the framework knows them, and the way to ask for one out of
 * turn. Empty until the framework has started.
 */
final class Watched<P extends HasMetadata> {
  private final SimpleInboundEventSource<P> asked = new SimpleInboundEventSource<>("asked");
  private volatile @Nullable IndexerResourceCache<P> cache;

  /** The event source that the controller must hand to the framework. */
  EventSource<?, P> prepare(EventSourceContext<P> context) {
    cache = context.getPrimaryCache();
    return asked;
  }

  /** All of them. */
  List<P> all() {
    return started().map(known -> known.list(each -> true).toList()).orElse(List.of());
  }

  /** Those of a namespace. */
  List<P> in(String namespace) {
    return started().map(known -> known.list(namespace, each -> true).toList()).orElse(List.of());
  }

  /**
   * The cache once it can be read. It is handed out before that, and other watches begin to tell
   * meanwhile; the framework starts its own source of a kind before all others.
   */
  private Optional<IndexerResourceCache<P>> started() {
    return asked.isRunning() ? Optional.ofNullable(cache) : Optional.empty();
  }

  /** Asks for one, known or not. */
  void ask(String namespace, String name) {
    asked.propagateEvent(new ResourceID(name, namespace));
  }

  /** Asks for all of which this holds. */
  void ask(Predicate<P> which) {
    all().stream().filter(which).map(ResourceID::fromResource).forEach(asked::propagateEvent);
  }
}
