package ai.prismer.claw.operator.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.List;
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
    IndexerResourceCache<P> known = cache;
    return known == null ? List.of() : known.list(each -> true).toList();
  }

  /** Those of a namespace. */
  List<P> in(String namespace) {
    IndexerResourceCache<P> known = cache;
    return known == null ? List.of() : known.list(namespace, each -> true).toList();
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
