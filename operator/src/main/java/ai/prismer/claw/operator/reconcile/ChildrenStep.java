package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.operator.apply.ChildWriter;
import ai.prismer.claw.operator.apply.Outcome;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.operator.model.Children;
import ai.prismer.claw.operator.model.Circumstances;
import ai.prismer.claw.operator.model.Marks;
import ai.prismer.claw.operator.rollout.PodState;
import ai.prismer.claw.operator.secrets.Fingerprints;
import ai.prismer.claw.operator.secrets.SecretMark;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings every child to its desired state, each as a step of its own.
 *
 * <p>The workload comes last and only when what a pod needs is there: it must not start without its
 * NetworkPolicy, its account, its configuration and its Secrets. A workload that exists is then
 * left as it is; one that must scale to zero is always applied, whatever is missing.
 */
final class ChildrenStep {

  /** A foreign object is in no cache; when it goes, nobody tells. */
  private static final Duration BLOCKED = Duration.ofMinutes(1);

  private static final Set<Class<?>> NEEDED_BY_POD =
      Set.of(NetworkPolicy.class, ServiceAccount.class, ConfigMap.class);

  private final ChildWriter writer;
  private final Fingerprints fingerprints;
  private final OperatorConfiguration configuration;
  private final Supplier<List<Circumstances.Endpoint>> apiServer;
  private final String operatorNamespace;

  ChildrenStep(
      ChildWriter writer,
      Fingerprints fingerprints,
      OperatorConfiguration configuration,
      Supplier<List<Circumstances.Endpoint>> apiServer,
      String operatorNamespace) {
    this.writer = writer;
    this.fingerprints = fingerprints;
    this.configuration = configuration;
    this.apiServer = apiServer;
    this.operatorNamespace = operatorNamespace;
  }

  void run(Reconciliation reconciliation) {
    Confinement.Verdict verdict = reconciliation.verdict;
    if (verdict == null) {
      // Confinement failed and said so; without its word no child can be decided.
      return;
    }
    Claw claw = reconciliation.claw;
    SecretMark mark = mark(reconciliation);
    Circumstances circumstances = circumstances(reconciliation, verdict, mark);
    Set<Children.Slot> wanted = new HashSet<>();
    boolean prepared = reconciliation.secretsComplete && reconciliation.journalReady;
    for (HasMetadata child : Children.of(claw, circumstances, verdict.children())) {
      String name = child.getMetadata().getName();
      wanted.add(new Children.Slot(child.getClass(), name));
      if (child instanceof StatefulSet statefulSet) {
        workload(reconciliation, statefulSet, mark, prepared);
      } else {
        String step = child.getKind() + " " + name;
        boolean reached = reconciliation.step(step, run -> bring(run, step, child));
        prepared &= reached || !NEEDED_BY_POD.contains(child.getClass());
      }
    }
    for (Children.Slot slot : Children.slots(claw)) {
      if (!wanted.contains(slot)) {
        reconciliation.step(
            "removal of " + slot.kind().getSimpleName() + " " + slot.name(),
            run -> writer.remove(claw, slot.kind(), slot.name()));
      }
    }
  }

  private void workload(
      Reconciliation reconciliation, StatefulSet desired, SecretMark mark, boolean prepared) {
    noteBaseline(desired, mark);
    boolean starts = desired.getSpec().getReplicas() > 0;
    if (starts && !prepared) {
      StatefulSet present = reconciliation.statefulSet;
      judge(reconciliation, present == null ? null : present.getSpec().getTemplate());
      return;
    }
    String step = desired.getKind() + " " + desired.getMetadata().getName();
    reconciliation.step(
        step,
        run -> {
          if (bring(run, step, desired) instanceof StatefulSet applied) {
            run.statefulSet = applied;
          }
        });
    judge(reconciliation, desired.getSpec().getTemplate());
  }

  private static void judge(Reconciliation reconciliation, @Nullable PodTemplateSpec template) {
    if (template == null || reconciliation.statefulSet == null) {
      return;
    }
    reconciliation.image = template.getSpec().getContainers().getFirst().getImage();
    reconciliation.states =
        reconciliation.pods.stream().map(pod -> PodState.of(pod, template)).toList();
  }

  private @Nullable HasMetadata bring(
      Reconciliation reconciliation, String step, HasMetadata child) {
    Outcome<? extends HasMetadata> outcome = writer.bring(reconciliation.claw, child);
    return switch (outcome) {
      case Outcome.InStep<? extends HasMetadata> done -> done.child();
      case Outcome.Conflict<? extends HasMetadata> conflict -> {
        reconciliation.fail(new Failure(step, "FieldConflict", conflict.message(), false));
        yield null;
      }
      case Outcome.Foreign<? extends HasMetadata> foreign -> {
        reconciliation.fail(new Failure(step, "NotOurs", foreign.message(), false));
        reconciliation.lookAgainAfter(BLOCKED);
        yield null;
      }
    };
  }

  private Circumstances circumstances(
      Reconciliation reconciliation, Confinement.Verdict verdict, SecretMark mark) {
    return new Circumstances(
        configuration.images().openclaw(),
        mark.onTemplate(),
        Set.copyOf(reconciliation.credentialKeys),
        apiServer.get(),
        Set.copyOf(configuration.serviceAccountAnnotations()),
        verdict.podAllowed(),
        verdict.mountToken(),
        reconciliation.channels,
        operatorNamespace);
  }

  /** While a Secret is missing, what the template says stays: its return must roll nothing. */
  private SecretMark mark(Reconciliation reconciliation) {
    StatefulSet present = reconciliation.statefulSet;
    String template =
        present == null
            ? null
            : annotation(
                present.getSpec().getTemplate().getMetadata().getAnnotations(), Marks.SECRET_HASH);
    String baseline =
        present == null
            ? null
            : annotation(present.getMetadata().getAnnotations(), Marks.SECRET_BASELINE);
    String now = fingerprints.mark(reconciliation.fingerprints);
    if (!reconciliation.secretsComplete && template != null) {
      return new SecretMark(template, baseline);
    }
    return SecretMark.decide(now, template, baseline);
  }

  private static void noteBaseline(StatefulSet desired, SecretMark mark) {
    if (mark.baseline() != null) {
      Map<String, String> annotations = new LinkedHashMap<>();
      annotations.put(Marks.SECRET_BASELINE, mark.baseline());
      desired.getMetadata().setAnnotations(annotations);
    }
  }

  private static @Nullable String annotation(
      @Nullable Map<String, String> annotations, String key) {
    return annotations == null ? null : annotations.get(key);
  }
}
