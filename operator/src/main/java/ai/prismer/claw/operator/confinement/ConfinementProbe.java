package ai.prismer.claw.operator.confinement;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.spec.AgentIntents;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.operator.configuration.OperatorIdentity;
import ai.prismer.claw.operator.reconcile.ClawIndex;
import ai.prismer.claw.operator.reconcile.Trigger;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves, by trying, that agents are confined.
 *
 * <p>The idea: everything that keeps a language model from writing a workload rests on admission
 * policies that the API server evaluates. A policy that is absent, unbound, set to warn, shadowed
 * by a generous binding or unknown to an old server looks exactly like a working one until somebody
 * writes. So this class writes, as an account that holds what an agent holds, what an agent must
 * never be able to, as a dry run, in every namespace where an answer matters; and until the API
 * server refuses, with the words of the very policy meant for it, agents hold no right at all.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A namespace nobody has tried is not proven. The first question about one waits for the
 *       first try, so a restarted operator takes no right away only to give it back.
 *   <li>What cannot be asked is not proven: a server that does not answer, an account without a
 *       token, a kind the server does not know.
 *   <li>All policies are looked at before any is tried: one that guards receipts refuses no patch
 *       of a Claw, but whoever took it down took the fence down.
 *   <li>A change of answer is announced to the Claws of its namespace; nobody polls.
 * </ul>
 *
 * <p>The failure each prevents: rights that outlive the fence; rights that flap with every restart;
 * a dead network read as a working policy; a half-installed chart that looks whole.
 *
 * <p>Thread-safe. One thread does all the asking.
 */
public final class ConfinementProbe implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfinementProbe.class);

  /** A question that the API server leaves open this long is answered with "unproven". */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Proof.Unproven NOT_ANSWERED_IN_TIME =
      new Proof.Unproven(
          "Unanswered",
          "the API server has not answered the confinement probe yet; it is asked again");

  private final ClawIndex claws;
  private final Trigger trigger;
  private final CompanionRights companions;
  private final ProbeAccount account;
  private final PolicyWatch policies;
  private final Cadence cadence;
  private final Map<String, Proof> proofs = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Proof>> first = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Runnable> planned = new AtomicReference<>();
  private final ScheduledExecutorService thread;

  /**
   * Makes a probe; {@link #start} begins the watching, questions are answered at once.
   *
   * @param client client of the operator
   * @param identity the operator's namespace, where the probe's account is
   * @param configuration account and period
   * @param claws the Claws, for something to try on
   * @param trigger told when an answer changes
   * @param clock tells when a token grows old
   * @param companions told of every answer
   */
  public ConfinementProbe(
      KubernetesClient client,
      OperatorIdentity identity,
      OperatorConfiguration.Confinement configuration,
      ClawIndex claws,
      Trigger trigger,
      Clock clock,
      CompanionRights companions) {
    this.claws = claws;
    this.trigger = trigger;
    this.companions = companions;
    this.account =
        new ProbeAccount(client, identity.namespace(), configuration.serviceAccount(), clock);
    this.policies = new PolicyWatch(client, this::policyChanged);
    this.cadence = new Cadence(configuration.probePeriod());
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("confinement-probe").factory());
  }

  /** Watches the policies and proves again and again, until closed. */
  public void start() {
    thread.execute(this::round);
  }

  /**
   * Whether the agents of a namespace are confined. Answers from memory but for the first question
   * about a namespace, which tries.
   */
  public boolean proven(String namespace) {
    return proof(namespace) instanceof Proof.Proven;
  }

  /** {@link #proven} with the reason. */
  Proof proof(String namespace) {
    Proof known = proofs.get(namespace);
    if (known != null) {
      return known;
    }
    CompletableFuture<Proof> answer =
        first.computeIfAbsent(
            namespace, key -> CompletableFuture.supplyAsync(() -> firstProof(key), thread));
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      // Remembered, so that the answer, when it comes, is a change and is announced.
      Proof other = proofs.putIfAbsent(namespace, NOT_ANSWERED_IN_TIME);
      return other == null ? NOT_ANSWERED_IN_TIME : other;
    } catch (ExecutionException failed) {
      throw new IllegalStateException("the confinement probe failed", failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return NOT_ANSWERED_IN_TIME;
    }
  }

  private Proof firstProof(String namespace) {
    try {
      Proof proof = tryIn(namespace, policies.flaw());
      publish(namespace, proof);
      return proof;
    } finally {
      first.remove(namespace);
    }
  }

  /** On the one thread: looks at the policies, tries in every namespace that was asked about. */
  private void round() {
    boolean proven = false;
    try {
      policies.watch();
      Proof.@Nullable Unproven flaw = policies.flaw();
      proofs.keySet().retainAll(inhabited());
      for (String namespace : List.copyOf(proofs.keySet())) {
        publish(namespace, tryIn(namespace, flaw));
      }
      proven = flaw == null && proofs.values().stream().allMatch(Proof.Proven.class::isInstance);
    } catch (RuntimeException unexpected) {
      LOG.error("the confinement probe failed; it is tried again", unexpected);
    } finally {
      schedule(cadence.next(proven));
    }
  }

  private Proof tryIn(String namespace, Proof.@Nullable Unproven flaw) {
    if (flaw != null) {
      return flaw;
    }
    Proof proof = new Proof.Unproven("NothingToProbe", "there is no Claw to probe with");
    // A stored object that today's schema refuses would answer for itself, not for the policies.
    List<Claw> candidates =
        claws.all().stream()
            .filter(claw -> claw.getMetadata().getNamespace().equals(namespace))
            .sorted(
                Comparator.comparing(ConfinementProbe::denies)
                    .thenComparing(claw -> claw.getMetadata().getName()))
            .limit(3)
            .toList();
    for (Claw claw : candidates) {
      proof = account.tryOn(claw);
      boolean saysNothing =
          proof instanceof Proof.Unproven(String reason, String message)
              && (reason.equals("NothingToProbe") || reason.equals("RefusedOtherwise"));
      if (!saysNothing) {
        return proof;
      }
    }
    return proof;
  }

  private Set<String> inhabited() {
    return claws.all().stream()
        .map(claw -> claw.getMetadata().getNamespace())
        .collect(Collectors.toSet());
  }

  private static boolean denies(Claw claw) {
    return Defaulting.agentIntents(claw.getSpec()) == AgentIntents.Deny;
  }

  private void publish(String namespace, Proof proof) {
    companions.proof(namespace, proof instanceof Proof.Proven);
    Proof before = proofs.put(namespace, proof);
    if (proof.equals(before)) {
      return;
    }
    switch (proof) {
      case Proof.Proven() -> LOG.info("confinement is proven in namespace {}", namespace);
      case Proof.Unproven(String reason, String message) ->
          LOG.warn(
              "confinement is not proven in namespace {}, its agents have no rights: {}: {}",
              namespace,
              reason,
              message);
    }
    if (before != null) {
      trigger.namespace(namespace);
    }
  }

  private void policyChanged() {
    try {
      thread.execute(() -> {
        cadence.restart();
        schedule(Duration.ZERO);
      });
    } catch (RejectedExecutionException closed) {
      LOG.debug("a policy changed after the probe was closed");
    }
  }

  /** The next round, instead of whichever was planned: many changes make one round. */
  private void schedule(Duration delay) {
    Runnable next =
        new Runnable() {
          @Override
          public void run() {
            if (planned.compareAndSet(this, null)) {
              round();
            }
          }
        };
    planned.set(next);
    if (!thread.isShutdown()) {
      var _ = thread.schedule(next, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    policies.close();
    account.close();
  }
}
