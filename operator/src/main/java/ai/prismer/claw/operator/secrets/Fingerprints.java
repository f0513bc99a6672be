package ai.prismer.claw.operator.secrets;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Fingerprints of exactly those Secrets that were asked for.
 *
 * <p>A Secret is read by name when a reconciliation first asks for it, and again only after the
 * watch of metadata ({@link SecretWatch}) reported another resourceVersion. Content is hashed in
 * the moment it is read and not kept. Absence is remembered too: it ends when the watch reports the
 * Secret.
 */
public final class Fingerprints {

  private final KubernetesClient client;
  private final HashKey key;
  private final Map<Id, Entry> entries = new ConcurrentHashMap<>();

  /** A Secret by namespace and name. */
  record Id(String namespace, String name) {}

  /** What is known of one Secret; guarded by itself. */
  private static final class Entry {
    private boolean known;

    /** Rises with each report, so that one that arrives during a read is not lost. */
    private long reports;

    private @Nullable Fingerprint fingerprint;
  }

  /** Reads with the client and marks under the key. */
  public Fingerprints(KubernetesClient client, HashKey key) {
    this.client = client;
    this.key = key;
  }

  /** The fingerprint of a Secret; empty when it does not exist. */
  public Optional<Fingerprint> of(String namespace, String name) {
    Entry entry = entries.computeIfAbsent(new Id(namespace, name), id -> new Entry());
    long before;
    synchronized (entry) {
      if (entry.known) {
        return Optional.ofNullable(entry.fingerprint);
      }
      before = entry.reports;
    }
    Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
    Fingerprint taken = secret == null ? null : take(secret);
    synchronized (entry) {
      if (entry.reports == before) {
        entry.known = true;
        entry.fingerprint = taken;
      }
    }
    return Optional.ofNullable(taken);
  }

  /** Takes note of a Secret this operator has just made, to spare a read. */
  public Fingerprint made(Secret secret) {
    Fingerprint taken = take(secret);
    Entry entry =
        entries.computeIfAbsent(
            new Id(secret.getMetadata().getNamespace(), secret.getMetadata().getName()),
            id -> new Entry());
    synchronized (entry) {
      entry.known = true;
      entry.fingerprint = taken;
    }
    return taken;
  }

  /** Drops what was kept for a Claw that is gone or names the Secret no more. */
  public void forget(String namespace, String name) {
    entries.remove(new Id(namespace, name));
  }

  /** Joins fingerprints, by name of the Secret, into the mark of a pod. */
  public String mark(Map<String, Fingerprint> byName) {
    Map<String, String> marks = new TreeMap<>();
    byName.forEach((name, fingerprint) -> marks.put(name, fingerprint.mark()));
    return SecretMark.join(key, marks);
  }

  /**
   * The watch saw a Secret.
   *
   * @return whether what was known of it is outdated; false for a Secret nobody asked for
   */
  boolean seen(String namespace, String name, String resourceVersion) {
    Entry entry = entries.get(new Id(namespace, name));
    if (entry == null) {
      return false;
    }
    synchronized (entry) {
      boolean current =
          entry.known
              && entry.fingerprint != null
              && !isNewer(resourceVersion, entry.fingerprint.resourceVersion());
      if (current) {
        return false;
      }
      return outdate(entry);
    }
  }

  /**
   * The watch saw that a Secret is gone.
   *
   * @return whether what was known of it is outdated
   */
  boolean gone(String namespace, String name) {
    Entry entry = entries.get(new Id(namespace, name));
    if (entry == null) {
      return false;
    }
    synchronized (entry) {
      if (entry.known && entry.fingerprint == null) {
        return false;
      }
      return outdate(entry);
    }
  }

  private static boolean outdate(Entry entry) {
    entry.reports++;
    entry.known = false;
    entry.fingerprint = null;
    return true;
  }

  /** The Secrets that were asked for. */
  Set<Id> asked() {
    return Set.copyOf(entries.keySet());
  }

  /**
   * Versions are ordered numbers (KEP-5504); one that is none counts as newer, which costs a read.
   */
  private static boolean isNewer(String version, String than) {
    try {
      return Long.parseLong(version) > Long.parseLong(than);
    } catch (NumberFormatException opaque) {
      return !version.equals(than);
    }
  }

  private Fingerprint take(Secret secret) {
    Map<String, String> data =
        secret.getData() == null ? new TreeMap<>() : new TreeMap<>(secret.getData());
    return new Fingerprint(
        secret.getMetadata().getResourceVersion(),
        key.mark(data.toString()),
        data.keySet(),
        secret.getMetadata().getOwnerReferences().stream()
            .filter(reference -> Boolean.TRUE.equals(reference.getController()))
            .map(OwnerReference::getUid)
            .findFirst()
            .orElse(null));
  }
}
