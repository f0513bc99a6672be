package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.rules.Validation;
import ai.prismer.claw.api.rules.Violation;
import ai.prismer.claw.api.spec.ClawSpec;
import ai.prismer.claw.api.status.ChannelState;
import ai.prismer.claw.operator.apply.ChildCache;
import ai.prismer.claw.operator.apply.ChildWriter;
import ai.prismer.claw.operator.apply.StaleObservation;
import ai.prismer.claw.operator.bus.ChannelReports;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.operator.events.EventRecorder;
import ai.prismer.claw.operator.metrics.OperatorMetrics;
import ai.prismer.claw.operator.model.Children;
import ai.prismer.claw.operator.model.Circumstances;
import ai.prismer.claw.operator.model.Names;
import ai.prismer.claw.operator.rollout.PodReplacement;
import ai.prismer.claw.operator.rollout.PodResize;
import ai.prismer.claw.operator.rollout.PodState;
import ai.prismer.claw.operator.secrets.Fingerprints;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one Claw and everything that belongs to it to where the spec says.
 *
 * <p>The order of the steps is the order of what depends on what: let go of what is being deleted;
 * hold on to what is not (finalizer); refuse what cannot be carried out; let self-healing decide,
 * so that its adjustments are in effect in this very pass; ask what the agent's account may do;
 * find the Secrets; bring the children; replace a pod; and say all of it in the status.
 *
 * <p>Invariants: no write when nothing changed; a failing step keeps only those from running that
 * depend on it; whatever happened is in the status afterwards; every write is guarded by the
 * version it was decided on, so that two operators at once are slow but never wrong.
 *
 * <p>Safe for concurrent use for different Claws.
 */
public final class ClawReconciler {

  private static final Logger LOGGER = LoggerFactory.getLogger(ClawReconciler.class);

  /** Pods are looked up by name; no Claw has more. */
  private static final int MOST_PODS = 10;

  private final ChildCache cache;
  private final ChildWriter childWriter;
  private final Fingerprints fingerprints;
  private final SelfHealing selfHealing;
  private final Confinement confinement;
  private final OperatorMetrics metrics;
  private final Supplier<ChannelReports> buses;
  private final Set<String> serviceAccountAnnotations;

  private final Hiccups hiccups = new Hiccups();
  private final OwnWrites ownWrites = new OwnWrites();
  private final ClawWriter writer;
  private final Farewell farewell;
  private final SecretsStep secrets;
  private final ChannelsStep channels;
  private final JournalStep journal;
  private final ChildrenStep children;
  private final RolloutStep rollout;
  private final StatusStep status;

  /**
   * What a reconciler works with.
   *
   * @param client reads what no cache has and writes
   * @param cache own children and pods
   * @param fingerprints Secrets
   * @param apiServer where the API server answers
   * @param buses what buses say of their channels
   * @param operatorNamespace where this operator's pods run, which ask the buses
   * @param replacement how pods are replaced
   */
  public record Environment(
      KubernetesClient client,
      ChildCache cache,
      Fingerprints fingerprints,
      Supplier<List<Circumstances.Endpoint>> apiServer,
      Supplier<ChannelReports> buses,
      String operatorNamespace,
      PodReplacement replacement,
      EventRecorder events,
      OperatorMetrics metrics,
      OperatorConfiguration configuration,
      Clock clock,
      RandomGenerator random) {}

  /** Reconciles with these. */
  public ClawReconciler(Environment environment, SelfHealing selfHealing, Confinement confinement) {
    this.cache = environment.cache();
    this.fingerprints = environment.fingerprints();
    this.metrics = environment.metrics();
    this.buses = environment.buses();
    this.selfHealing = selfHealing;
    this.confinement = confinement;
    this.serviceAccountAnnotations =
        Set.copyOf(environment.configuration().serviceAccountAnnotations());
    KubernetesClient client = environment.client();
    this.childWriter = new ChildWriter(client, cache);
    this.writer = new ClawWriter(client);
    this.farewell = new Farewell(writer);
    this.secrets = new SecretsStep(client, fingerprints, environment.random());
    this.channels = new ChannelsStep(cache, fingerprints, environment.configuration().images());
    this.journal = new JournalStep(client, cache);
    this.children =
        new ChildrenStep(
            childWriter,
            fingerprints,
            environment.configuration(),
            environment.apiServer(),
            environment.operatorNamespace());
    this.rollout =
        new RolloutStep(environment.replacement(), new PodResize(client), environment.clock());
    this.status =
        new StatusStep(writer, ownWrites, environment.events(), metrics, environment.clock());
  }

  /** Reconciles one Claw as the cache has it. */
  public Result reconcile(Claw cached) {
    Claw claw = ownWrites.newest(cached);
    try {
      return claw.isMarkedForDeletion() ? farewell.say(claw) : pass(claw);
    } catch (StaleObservation stale) {
      LOGGER.debug("observing again: {}", stale.getMessage());
      return Result.OBSERVE_AGAIN;
    } catch (NamespaceTerminating terminating) {
      LOGGER.debug("the namespace is going");
      return Result.NOTHING_TO_DO;
    } catch (KubernetesClientException refused) {
      LOGGER.warn("neither finalizer nor status could be written: {}", refused.getMessage());
      return new Result(Result.Kind.RETRY, null);
    }
  }

  /** Whether the cache shows what this operator itself wrote last, or something before that. */
  public boolean isEcho(Claw cached) {
    return ownWrites.isEcho(cached);
  }

  /** A Claw is gone: forgets everything about it. */
  public void gone(Claw claw) {
    String namespace = claw.getMetadata().getNamespace();
    ownWrites.forget(claw.getMetadata().getUid());
    hiccups.forget(claw.getMetadata().getUid());
    childWriter.forget(claw.getMetadata().getUid());
    metrics.gone(namespace, claw.getMetadata().getName());
    // Others may name the same Secret; they read it again.
    PodSecrets.of(claw, cache).forEach(name -> fingerprints.forget(namespace, name));
  }

  private Result pass(Claw claw) {
    Optional<Claw> held = held(claw);
    if (held.isEmpty()) {
      return Result.NOTHING_TO_DO;
    }
    Reconciliation reconciliation = new Reconciliation(held.get());
    List<Violation> violations = violations(held.get());
    boolean paused = isPaused(held.get());
    if (violations.isEmpty()) {
      observe(reconciliation);
      reconciliation.step("self-healing", this::heal);
      reconciliation.step("confinement", this::confine);
      reconciliation.step("credentials", secrets::credentials);
      reconciliation.step("channels", channels::run);
      if (paused) {
        judge(reconciliation);
      } else {
        reconciliation.step("token", secrets::token);
        reconciliation.step("journal", journal::run);
        reconciliation.step("children", children::run);
        reconciliation.step("rollout", rollout::run);
      }
    }
    if (hiccups.isFirst(reconciliation)) {
      return reconciliation.result();
    }
    status.write(facts(reconciliation, violations, paused), reconciliation.whenStored);
    return reconciliation.result();
  }

  private Optional<Claw> held(Claw claw) {
    if (claw.getMetadata().getFinalizers().contains(Keys.FINALIZER)) {
      return Optional.of(claw);
    }
    Optional<Claw> held = writer.addFinalizer(claw);
    held.ifPresent(ownWrites::note);
    return held;
  }

  private List<Violation> violations(Claw claw) {
    List<Violation> found = Validation.of(claw);
    return found.isEmpty() ? Children.violations(claw, serviceAccountAnnotations) : found;
  }

  private static boolean isPaused(Claw claw) {
    Map<String, String> annotations = claw.getMetadata().getAnnotations();
    return annotations != null && "true".equals(annotations.get(Keys.PAUSED));
  }

  private void observe(Reconciliation reconciliation) {
    Claw claw = reconciliation.claw;
    String namespace = claw.getMetadata().getNamespace();
    String name = Names.workload(claw);
    StatefulSet found = cache.get(StatefulSet.class, namespace, name);
    reconciliation.statefulSet = found != null && OwnedPods.owns(claw, found) ? found : null;
    reconciliation.pods =
        OwnedPods.of(
            claw,
            reconciliation.statefulSet,
            IntStream.range(0, MOST_PODS)
                .mapToObj(ordinal -> cache.get(Pod.class, namespace, name + "-" + ordinal))
                .filter(Objects::nonNull));
  }

  private void heal(Reconciliation reconciliation) {
    SelfHealing.Healed healed =
        selfHealing.heal(reconciliation.claw, reconciliation.statefulSet, reconciliation.pods);
    if (!Objects.equals(
        healed.stored().getMetadata().getResourceVersion(),
        reconciliation.claw.getMetadata().getResourceVersion())) {
      ownWrites.note(healed.stored());
    }
    reconciliation.claw = healed.claw();
    reconciliation.whenStored = healed.whenStored();
    reconciliation.lookAgainAfter(healed.lookAgainAfter());
  }

  private void confine(Reconciliation reconciliation) {
    Confinement.Verdict verdict = confinement.judge(reconciliation.claw);
    reconciliation.verdict = verdict;
    reconciliation.lookAgainAfter(verdict.lookAgainAfter());
  }

  /** A paused Claw is only looked at: its pods are judged by what was applied last. */
  private static void judge(Reconciliation reconciliation) {
    StatefulSet present = reconciliation.statefulSet;
    if (present != null) {
      var template = present.getSpec().getTemplate();
      reconciliation.image = template.getSpec().getContainers().getFirst().getImage();
      reconciliation.states =
          reconciliation.pods.stream().map(pod -> PodState.of(pod, template)).toList();
    }
  }

  private Facts facts(Reconciliation reconciliation, List<Violation> violations, boolean paused) {
    Confinement.Verdict verdict = reconciliation.verdict;
    return new Facts(
        reconciliation.claw,
        paused,
        violations,
        new ArrayList<>(reconciliation.failures()),
        reconciliation.credentials,
        verdict == null ? List.of() : verdict.conditions(),
        channels(reconciliation, verdict == null || verdict.podAllowed()),
        verdict == null || verdict.podAllowed(),
        reconciliation.statefulSet != null,
        reconciliation.image,
        reconciliation.states,
        reconciliation.replacing);
  }

  private ChannelsSeen channels(Reconciliation reconciliation, boolean podAllowed) {
    ClawSpec spec = reconciliation.claw.getSpec();
    if (spec == null) {
      return ChannelsSeen.NONE;
    }
    boolean podWanted = podAllowed && !Defaulting.suspended(spec);
    List<ChannelState> states =
        ChannelStates.of(
            spec, reconciliation.channelProblems, reconciliation.states, buses.get(), podWanted);
    return new ChannelsSeen(
        ChannelConditions.of(
            spec,
            reconciliation.channels,
            reconciliation.channelProblems,
            reconciliation.states,
            states,
            podWanted),
        states);
  }
}
