package ai.prismer.claw.operator.confinement;

import ai.prismer.claw.operator.cache.SlimItemStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which accounts a role binding names, itself and not only a group it belongs to.
 *
 * <p>Almost no agent's account is. One that is not holds what every account of its namespace holds,
 * so that a single answer of the API server serves thousands of Claws.
 *
 * <p>Of a binding only its subjects are kept. Thread-safe.
 */
final class BoundAccounts implements AutoCloseable {
  private static final String USER_PREFIX = "system:serviceaccount:";
  private static final String ALL_ACCOUNTS = "system:serviceaccounts";
  private static final Set<String> EVERYBODY = Set.of(ALL_ACCOUNTS, "system:authenticated");

  private final KubernetesClient client;
  private final Consumer<Touched> changed;
  private final Map<String, Set<Account>> named = new HashMap<>();
  private final Map<Account, Integer> bindings = new ConcurrentHashMap<>();
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
  private @Nullable CompletableFuture<Void> synced;

  /** Whose rights a changed binding may have changed. */
  sealed interface Touched {
    /** One account. */
    record One(Account account) implements Touched {}

    /** All accounts of one namespace. */
    record Namespace(String name) implements Touched {}

    /** All accounts. */
    record All() implements Touched {}
  }

  /**
   * Makes it; {@link #isBound} starts the watching.
   *
   * @param client client of the operator
   * @param changed told what a binding that came, changed or went touches; must return at once
   */
  BoundAccounts(KubernetesClient client, Consumer<Touched> changed) {
    this.client = client;
    this.changed = changed;
  }

  /**
   * Whether a binding that holds in the account's namespace names it; also true while nobody knows.
   *
   * @param patience how long to wait for the first list
   */
  boolean isBound(Account account, Duration patience) {
    if (!isSynced(patience)) {
      return true;
    }
    return bindings.containsKey(account);
  }

  private boolean isSynced(Duration patience) {
    try {
      started().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException notYet) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized CompletableFuture<Void> started() {
    CompletableFuture<Void> running = synced;
    if (running == null) {
      running =
          CompletableFuture.allOf(
              watch(RoleBinding.class, RoleBinding::getSubjects),
              watch(ClusterRoleBinding.class, ClusterRoleBinding::getSubjects));
      synced = running;
    }
    return running;
  }

  private <T extends HasMetadata> CompletableFuture<Void> watch(
      Class<T> kind, Function<T, @Nullable List<Subject>> subjects) {
    SharedIndexInformer<T> informer =
        client
            .resources(kind)
            .inAnyNamespace()
            .runnableInformer(0)
            .itemStore(SlimItemStore.identitiesOnly())
            .addEventHandler(
                new ResourceEventHandler<T>() {
                  @Override
                  public void onAdd(T added) {
                    take(added, subjects.apply(added));
                  }

                  @Override
                  public void onUpdate(T before, T after) {
                    take(after, subjects.apply(after));
                  }

                  @Override
                  public void onDelete(T gone, boolean unknown) {
                    take(gone, List.of());
                  }
                })
            .exceptionHandler((started, failure) -> true);
    informers.add(informer);
    return informer.start().toCompletableFuture();
  }

  private void take(HasMetadata binding, @Nullable List<Subject> subjects) {
    String namespace = binding.getMetadata().getNamespace();
    String key = binding.getKind() + " " + namespace + "/" + binding.getMetadata().getName();
    List<Subject> present = subjects == null ? List.of() : subjects;
    Set<Account> now = accounts(namespace, present);
    Set<Account> before;
    synchronized (named) {
      Set<Account> old = now.isEmpty() ? named.remove(key) : named.put(key, now);
      before = old == null ? Set.of() : old;
      now.forEach(account -> bindings.merge(account, 1, Integer::sum));
      before.forEach(
          account -> bindings.computeIfPresent(account, (same, n) -> n == 1 ? null : n - 1));
    }
    Set<Account> touched = new HashSet<>(now);
    touched.addAll(before);
    touched.forEach(account -> changed.accept(new Touched.One(account)));
    groups(namespace, present).forEach(changed);
  }

  /** Of a binding that holds in one namespace only that namespace's accounts matter. */
  static Set<Account> accounts(@Nullable String namespace, List<Subject> subjects) {
    Set<Account> accounts = new HashSet<>();
    for (Subject subject : subjects) {
      Account account = account(subject);
      if (account != null && (namespace == null || namespace.equals(account.namespace()))) {
        accounts.add(account);
      }
    }
    return accounts;
  }

  private static @Nullable Account account(Subject subject) {
    if ("ServiceAccount".equals(subject.getKind()) && subject.getNamespace() != null) {
      return new Account(subject.getNamespace(), subject.getName());
    }
    if ("User".equals(subject.getKind()) && subject.getName().startsWith(USER_PREFIX)) {
      String name = subject.getName().substring(USER_PREFIX.length());
      int colon = name.indexOf(':');
      return colon < 0 ? null : new Account(name.substring(0, colon), name.substring(colon + 1));
    }
    return null;
  }

  /** What the groups of a binding touch. */
  static List<Touched> groups(@Nullable String namespace, List<Subject> subjects) {
    List<Touched> touched = new ArrayList<>();
    for (Subject subject : subjects) {
      if (!"Group".equals(subject.getKind())) {
        continue;
      }
      String group = subject.getName();
      String of =
          group.startsWith(ALL_ACCOUNTS + ":") ? group.substring(ALL_ACCOUNTS.length() + 1) : null;
      if (EVERYBODY.contains(group)) {
        touched.add(namespace == null ? new Touched.All() : new Touched.Namespace(namespace));
      } else if (of != null && (namespace == null || namespace.equals(of))) {
        touched.add(new Touched.Namespace(of));
      }
    }
    return touched;
  }

  @Override
  public synchronized void close() {
    informers.forEach(SharedIndexInformer::close);
  }
}
