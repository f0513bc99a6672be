package ai.prismer.claw.operator.confinement;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.Condition;
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
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server what the accounts of pods hold, before a pod is made and again every period.
 *
 * <p>An agent with {@code manage} is not confined; one that may make pods needs no Claw. Neither
 * shows in our own objects: one binding to {@code system:serviceaccounts} is enough. So the API
 * server, which knows every binding, is asked.
 *
 * <p>Answers are remembered. A restarted operator takes the last answer from the status of the Claw
 * (which nobody else can write) and asks again in the background, or thousands of converged Claws
 * would wait for tens of thousands of reviews.
 *
 * <p>Thread-safe.
 */
public final class LeastPrivilege implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeastPrivilege.class);

  private final KubernetesClient client;
  private final Set<String> allowed;
  private final Duration period;
  private final ClawIndex claws;
  private final Trigger trigger;
  private final Map<Account, List<Right>> excess = new ConcurrentHashMap<>();
  private final ExecutorService reviews = Executors.newVirtualThreadPerTaskExecutor();
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
   * What the account of a Claw's pod holds. From memory, or from the status the operator wrote
   * before it was restarted, else by asking.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server does not say
   */
  Privileges of(Claw claw) {
    Account account = Account.of(claw);
    List<Right> known = excess.get(account);
    if (known == null && saidBefore(claw)) {
      known = List.of();
      thread.execute(() -> lookAgain(account));
    }
    if (known == null) {
      known = ask(account);
      excess.put(account, known);
    }
    return new Privileges(account, known, allowed.contains(account.toString()));
  }

  private static boolean saidBefore(Claw claw) {
    List<Condition> conditions =
        claw.getStatus() == null || claw.getStatus().conditions() == null
            ? List.of()
            : claw.getStatus().conditions();
    return conditions.stream()
        .anyMatch(condition ->
            condition.type().equals(Privileges.CONDITION)
                && condition.status().equals("True")
                && condition.reason().equals(Privileges.NOTHING_EXCESSIVE)
                && claw.getMetadata().getGeneration().equals(condition.observedGeneration()));
  }

  private void round() {
    Set<Account> accounts = claws.all().stream().map(Account::of).collect(Collectors.toSet());
    excess.keySet().retainAll(accounts);
    accounts.forEach(this::lookAgain);
  }

  private void lookAgain(Account account) {
    try {
      List<Right> now = ask(account);
      List<Right> before = excess.put(account, now);
      if (!now.equals(before == null ? List.of() : before)) {
        LOG.info("account {} holds beyond an agent's due: {}", account, now);
        trigger.namespace(account.namespace());
      }
    } catch (RuntimeException unanswered) {
      if (thread.isShutdown()) {
        return;
      }
      LOG.warn("what account {} holds could not be asked; asked again later", account, unanswered);
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
    return held;
  }

  private boolean holds(Account account, Right right) {
    SubjectAccessReview review = client.resource(right.askedOf(account)).create();
    return Boolean.TRUE.equals(review.getStatus().getAllowed());
  }

  @Override
  public void close() {
    thread.shutdownNow();
    reviews.shutdownNow();
  }
}
