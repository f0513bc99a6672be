package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawChannel;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.operator.apply.ChildCache;
import ai.prismer.claw.operator.cache.SlimItemStore;
import ai.prismer.claw.operator.channels.ChannelReconciler;
import ai.prismer.claw.operator.model.Children;
import ai.prismer.claw.operator.model.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Caches of the kinds that children have, of journals' claims and of pods: only objects that carry
 * this operator's label. Each change of one asks for a reconciliation of the Claw it names. And of
 * channels, whose changes ask for the Claws that name them.
 */
final class InformerCache implements ChildCache {

  private static final String SELECTOR = Keys.LABEL_MANAGED_BY + "=" + Keys.MANAGED_BY;

  private final Map<Class<?>, InformerEventSource<?, Claw>> sources = new HashMap<>();

  /** Makes the event sources; called once, before anything is read. */
  List<EventSource<?, Claw>> prepare(EventSourceContext<Claw> context) {
    List<EventSource<?, Claw>> prepared = new ArrayList<>();
    for (Class<? extends HasMetadata> kind : Children.kinds()) {
      prepared.add(source(kind, context));
    }
    prepared.add(source(PersistentVolumeClaim.class, context));
    prepared.add(source(Pod.class, context));
    prepared.add(channels(context));
    return prepared;
  }

  /**
   * Channels belong to nobody, so they carry no label of ours. They are cached here, not only where
   * they are reconciled themselves, because no Claw may be reconciled before they are known.
   */
  private EventSource<ClawChannel, Claw> channels(EventSourceContext<Claw> context) {
    InformerEventSource<ClawChannel, Claw> source =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(ClawChannel.class, Claw.class)
                .withName("ClawChannel")
                .withWatchAllNamespaces()
                .withItemStore(SlimItemStore.withoutManagedFields())
                .withOnUpdateFilter((now, before) ->
                    !Objects.equals(
                        now.getMetadata().getGeneration(), before.getMetadata().getGeneration()))
                .withSecondaryToPrimaryMapper(channel -> users(channel, context))
                .build(),
            context);
    sources.put(ClawChannel.class, source);
    return source;
  }

  private static Set<ResourceID> users(ClawChannel channel, EventSourceContext<Claw> context) {
    return context
        .getPrimaryCache()
        .list(channel.getMetadata().getNamespace(), claw -> ChannelReconciler.names(claw, channel))
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  private <T extends HasMetadata> EventSource<T, Claw> source(
      Class<T> kind, EventSourceContext<Claw> context) {
    InformerEventSource<T, Claw> source =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(kind, Claw.class)
                .withName(kind.getSimpleName())
                .withLabelSelector(SELECTOR)
                .withWatchAllNamespaces()
                .withItemStore(SlimItemStore.withoutManagedFields())
                .withOnUpdateFilter(filter(kind))
                .withSecondaryToPrimaryMapper(InformerCache::claw)
                .build(),
            context);
    sources.put(kind, source);
    return source;
  }

  private static Set<ResourceID> claw(HasMetadata child) {
    return Labels.instance(child)
        .map(name -> Set.of(new ResourceID(name, child.getMetadata().getNamespace())))
        .orElse(Set.of());
  }

  /** Of a pod every change may matter; of the others only what is not mere status. */
  private static <T extends HasMetadata> OnUpdateFilter<T> filter(Class<T> kind) {
    if (kind.equals(Pod.class)) {
      return (now, before) -> true;
    }
    return (now, before) -> metadataDiffers(now, before) || observedDiffers(now, before);
  }

  private static boolean metadataDiffers(HasMetadata now, HasMetadata before) {
    Long generation = now.getMetadata().getGeneration();
    // Kinds without a generation have no status either.
    return generation == null
        || !generation.equals(before.getMetadata().getGeneration())
        || !Objects.equals(now.getMetadata().getLabels(), before.getMetadata().getLabels())
        || !Objects.equals(
            now.getMetadata().getAnnotations(), before.getMetadata().getAnnotations())
        || !Objects.equals(
            now.getMetadata().getOwnerReferences(), before.getMetadata().getOwnerReferences())
        || !Objects.equals(
            now.getMetadata().getDeletionTimestamp(), before.getMetadata().getDeletionTimestamp());
  }

  /** A rollout waits until the controller has seen the newest template. */
  private static boolean observedDiffers(HasMetadata now, HasMetadata before) {
    return now instanceof StatefulSet one
        && before instanceof StatefulSet other
        && !Objects.equals(observed(one), observed(other));
  }

  private static @Nullable Long observed(StatefulSet statefulSet) {
    return statefulSet.getStatus() == null ? null : statefulSet.getStatus().getObservedGeneration();
  }

  @Override
  public <T extends HasMetadata> @Nullable T get(Class<T> kind, String namespace, String name) {
    return source(kind).get(new ResourceID(name, namespace)).map(kind::cast).orElse(null);
  }

  /** All pods that carry this operator's label, forged ones too. */
  Stream<Pod> pods() {
    return source(Pod.class).list().map(Pod.class::cast);
  }

  @Override
  public <T extends HasMetadata> void written(@Nullable T before, T after) {
    after.getMetadata().setManagedFields(null);
    @SuppressWarnings("unchecked") // the source was made for this kind
    InformerEventSource<T, Claw> source = (InformerEventSource<T, Claw>) source(after.getClass());
    ResourceID id = ResourceID.fromResource(after);
    if (before == null) {
      source.handleRecentResourceCreate(id, after);
    } else {
      source.handleRecentResourceUpdate(id, after, before);
    }
  }

  private InformerEventSource<?, Claw> source(Class<?> kind) {
    return Objects.requireNonNull(
        sources.get(kind), () -> "there is no cache of " + kind.getSimpleName());
  }
}
