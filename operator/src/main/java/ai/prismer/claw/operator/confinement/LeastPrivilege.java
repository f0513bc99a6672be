package ai.prismer.claw.operator.confinement;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.operator.reconcile.ClawIndex;
import ai.prismer.claw.operator.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server what the accounts of pods hold: before a pod is made, when a role binding
 * that touches the account changes, and again every period.
 *
 * <p>An agent with {@code manage} is not confined; one that may make pods needs no Claw. Neither
 * shows in our own objects: one binding to {@code system:serviceaccounts} is enough. So the API
 * server, which knows every authorizer, is asked (SubjectAccessReview).
 *
 * <p>Two dozen questions for each of thousands of accounts would cost more than making their pods.
 * So an account that no binding names ({@link BoundAccounts}) gets the answer for a made-up account
 * of its namespace, which is in the same groups and in nothing else; the others are asked about one
 * by one. What this leaves out: an authorizer other than RBAC that grants rights to one account by
 * its name.
 *
 * <p>Thread-safe. Answers are remembered.
 */
public final class LeastPrivilege implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeastPrivilege.class);
  private static final Duration FIRST_LIST = Duration.ofSeconds(5);

  /**
   * Questions under way at once, half of what the operator's connection takes: when it starts,
   * every agent's account is asked about, and the others' requests must not wait behind all that.
   */
  private static final int AT_ONCE = 32;

  private final KubernetesClient client;
  private final Set<String> allowed;
  private final Duration period;
  private final ClawIndex claws;
  private final Trigger trigger;
  private final BoundAccounts bound;
  private final Map<Account, List<Right>> answers = new ConcurrentHashMap<>();
  private final ExecutorService reviews =
      Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("access-review-", 0).factory());
  private final ScheduledExecutorService thread;

  /**
   * Makes it; {@link #start} begins the asking again.
   *
   * @param client client of the operator
   * @param allowed accounts, as {@code namespace/name}, that may hold more
   * @param period time between two looks at one account
   * @param claws the Claws
   * @param trigger told when an answer changes
   */
  public LeastPrivilege(
      KubernetesClient client,
      Set<String> allowed,
      Duration period,
      ClawIndex claws,
      Trigger trigger) {
    this.client = client;
    this.allowed = Set.copyOf(allowed);
    this.period = period;
    this.claws = claws;
    this.trigger = trigger;
    this.bound = new BoundAccounts(client, this::touched);
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("least-privilege").factory());
  }

  /** Asks again every period, until closed. */
  public void start() {
    var _ =
        thread.scheduleWithFixedDelay(
            this::round, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * What the account of a Claw's pod holds; from memory where somebody asked before.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server does not say
   */
  Privileges of(Claw claw) {
    Account account = Account.of(claw);
    Account asked = standIn(account);
    List<Right> excess = answers.get(asked);
    if (excess == null) {
      excess = ask(asked);
      answers.put(asked, excess);
    }
    return new Privileges(account, excess, allowed.contains(account.toString()));
  }

  /** Whom to ask about for this account. */
  private Account standIn(Account account) {
    return bound.isBound(account, FIRST_LIST) ? account : account.anyOfItsNamespace();
  }

  private void touched(BoundAccounts.Touched touched) {
    try {
      thread.execute(() -> lookAgainAt(touched));
    } catch (RejectedExecutionException closed) {
      LOG.debug("a binding changed after the end");
    }
  }

  private void lookAgainAt(BoundAccounts.Touched touched) {
    Set<Account> here = accounts();
    switch (touched) {
      case BoundAccounts.Touched.One(Account account) -> {
        if (here.contains(account)) {
          lookAgainAt(account);
        }
      }
      case BoundAccounts.Touched.Namespace(String name) ->
          answers.keySet().stream()
              .filter(account -> account.namespace().equals(name))
              .forEach(this::lookAgain);
      case BoundAccounts.Touched.All() -> answers.keySet().forEach(this::lookAgain);
    }
  }

  /** The first binding to name an account, or the last to go, also changes whose answer holds. */
  private void lookAgainAt(Account account) {
    List<Right> before = answers.get(account);
    if (before == null) {
      before = answers.get(account.anyOfItsNamespace());
    }
    Account asked = standIn(account);
    if (!asked.equals(account)) {
      answers.remove(account);
    }
    lookAgain(asked);
    List<Right> now = answers.getOrDefault(asked, List.of());
    // Whoever asked in between has the new answer already; the other Claws of the account have not.
    if (!now.isEmpty() || !now.equals(before)) {
      trigger.namespace(account.namespace());
    }
  }

  private void round() {
    try {
      Set<Account> needed = accounts().stream().map(this::standIn).collect(Collectors.toSet());
      answers.keySet().retainAll(needed);
      needed.forEach(this::lookAgain);
    } catch (RuntimeException unexpected) {
      LOG.error("looking at the accounts of agents failed; it is tried again", unexpected);
    }
  }

  private Set<Account> accounts() {
    return claws.all().stream().map(Account::of).collect(Collectors.toSet());
  }

  private void lookAgain(Account account) {
    try {
      List<Right> now = ask(account);
      List<Right> before = answers.put(account, now);
      if (before != null && !now.equals(before)) {
        LOG.info("account {} now holds beyond an agent's due: {}", account, now);
        trigger.namespace(account.namespace());
      }
    } catch (RuntimeException unanswered) {
      if (!thread.isShutdown()) {
        LOG.warn(
            "what account {} holds could not be asked; asked again later", account, unanswered);
      }
    }
  }

  private List<Right> ask(Account account) {
    List<Callable<@Nullable Right>> questions = new ArrayList<>();
    for (Right right : Right.EXCESSIVE) {
      questions.add(() -> holds(account, right) ? right : null);
    }
    List<Right> held = new ArrayList<>();
    try {
      for (Future<@Nullable Right> answer : reviews.invokeAll(questions)) {
        Right right = answer.get();
        if (right != null) {
          held.add(right);
        }
      }
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking about " + account, interrupted);
    }
    return List.copyOf(held);
  }

  private boolean holds(Account account, Right right) {
    SubjectAccessReview review = client.resource(right.askedOf(account)).create();
    return Boolean.TRUE.equals(review.getStatus().getAllowed());
  }

  @Override
  public void close() {
    thread.shutdownNow();
    bound.close();
    reviews.shutdownNow();
  }
}
