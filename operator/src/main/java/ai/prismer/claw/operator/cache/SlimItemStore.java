package ai.prismer.claw.operator.cache;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cache of one kind that drops, before it keeps an object, what nobody reads from a cache. A
 * write reads the object from the server anyway.
 *
 * @param <T> the kind
 */
public final class SlimItemStore<T extends HasMetadata> implements ItemStore<T> {

  private final Map<String, T> items = new ConcurrentHashMap<>();
  private final Consumer<ObjectMeta> slimming;

  private SlimItemStore(Consumer<ObjectMeta> slimming) {
    this.slimming = slimming;
  }

  /** Keeps all but {@code managedFields}, which are half of an object's size. */
  public static <T extends HasMetadata> SlimItemStore<T> withoutManagedFields() {
    return new SlimItemStore<>(metadata -> metadata.setManagedFields(null));
  }

  /**
   * Keeps of the metadata only what tells one object from another; for handlers that keep a sum.
   */
  public static <T extends HasMetadata> SlimItemStore<T> identitiesOnly() {
    return new SlimItemStore<>(metadata -> {
      metadata.setManagedFields(null);
      metadata.setAnnotations(null);
      metadata.setLabels(null);
    });
  }

  @Override
  public String getKey(T item) {
    return Cache.metaNamespaceKeyFunc(item);
  }

  @Override
  public @Nullable T put(String key, T item) {
    slimming.accept(item.getMetadata());
    return items.put(key, item);
  }

  @Override
  public @Nullable T remove(String key) {
    return items.remove(key);
  }

  @Override
  public Stream<String> keySet() {
    return items.keySet().stream();
  }

  @Override
  public Stream<T> values() {
    return items.values().stream();
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public @Nullable T get(String key) {
    return items.get(key);
  }
}
