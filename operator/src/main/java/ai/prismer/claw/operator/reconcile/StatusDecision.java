package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.rules.Violation;
import ai.prismer.claw.api.status.Breaker;
import ai.prismer.claw.api.status.ChannelState;
import ai.prismer.claw.api.status.ClawStatus;
import ai.prismer.claw.api.status.Condition;
import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.api.status.RuntimeStatus;
import ai.prismer.claw.operator.model.Layer;
import ai.prismer.claw.operator.rollout.PodState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the status of a Claw is to say. Pure.
 *
 * <p>Invariants: {@code Running} never without {@code Ready=True}; every outcome has its
 * conditions, failures most of all; a condition keeps its transition time while its status stays; a
 * condition that does not apply is absent; what nothing changed in is equal to what was there, so
 * that nothing is written.
 */
final class StatusDecision {

  static final String READY = "Ready";
  static final String RECONCILED = "Reconciled";
  static final String CREDENTIALS_READY = "CredentialsReady";
  static final String RUNTIME_READY = "RuntimeReady";
  static final String OPS_FROZEN = "OpsFrozen";

  /** A missing proof of confinement closes doors to the agent; the agent itself still works. */
  private static final Set<String> NOT_NEEDED_TO_BE_READY = Set.of("ConfinementEnforced");

  private static final int MAX_MESSAGE = 4096;

  private StatusDecision() {}

  static ClawStatus decide(Facts facts, Instant now) {
    Claw claw = facts.claw();
    @Nullable ClawStatus before = claw.getStatus();
    List<ConditionDraft> drafts = new ArrayList<>();
    drafts.add(reconciled(facts));
    if (facts.credentials() != null) {
      drafts.add(facts.credentials());
    }
    drafts.addAll(facts.confinement());
    frozen(before).ifPresent(drafts::add);
    boolean runtimeReady = false;
    if (facts.violations().isEmpty()) {
      drafts.addAll(facts.channels().conditions());
      ConditionDraft runtime = runtime(facts);
      drafts.add(runtime);
      runtimeReady = runtime.holds();
    }
    ConditionDraft ready = ready(drafts);
    drafts.addFirst(ready);
    Long generation = claw.getMetadata().getGeneration();
    return new ClawStatus(
        phase(facts, ready.holds(), runtimeReady),
        generation,
        drafts.stream().map(draft -> condition(draft, before, generation, now)).toList(),
        running(facts, before, ready.holds(), now),
        channels(facts, before),
        before == null ? null : before.ops());
  }

  /** What runs, and until when it did: a Claw that never ran is no outage when it does not. */
  private static @Nullable RuntimeStatus running(
      Facts facts, @Nullable ClawStatus before, boolean ready, Instant now) {
    String until = null;
    if (!ready && before != null) {
      until =
          isReady(before)
              ? now.truncatedTo(ChronoUnit.SECONDS).toString()
              : before.runtime() == null ? null : before.runtime().readyUntil();
    }
    return facts.image() == null && until == null ? null : new RuntimeStatus(facts.image(), until);
  }

  /** With a spec that cannot be carried out nobody looked; what runs, runs on as it was. */
  private static @Nullable List<ChannelState> channels(Facts facts, @Nullable ClawStatus before) {
    if (!facts.violations().isEmpty()) {
      return before == null ? null : before.channels();
    }
    List<ChannelState> states = facts.channels().states();
    return states.isEmpty() ? null : states;
  }

  private static boolean isReady(ClawStatus status) {
    return status.conditions() != null
        && status.conditions().stream()
            .anyMatch(each -> each.type().equals(READY) && each.status().equals("True"));
  }

  private static ConditionDraft reconciled(Facts facts) {
    if (!facts.violations().isEmpty()) {
      return ConditionDraft.fails(
          RECONCILED,
          "SpecInvalid",
          facts.violations().stream().map(Violation::toString).collect(Collectors.joining("; ")));
    }
    if (!facts.failures().isEmpty()) {
      return ConditionDraft.fails(
          RECONCILED,
          facts.failures().getFirst().reason(),
          facts.failures().stream()
              .map(failure -> "step " + failure.step() + ": " + failure.message())
              .collect(Collectors.joining("; ")));
    }
    if (facts.paused()) {
      return ConditionDraft.unknown(
          RECONCILED,
          "Paused",
          "the annotation claw.prismer.ai/paused is true; remove it and changes take effect again");
    }
    return ConditionDraft.holds(RECONCILED, "Reconciled", "all children are as the spec asks");
  }

  /** Absent while self-healing goes on. */
  private static Optional<ConditionDraft> frozen(@Nullable ClawStatus before) {
    Breaker breaker = before == null || before.ops() == null ? null : before.ops().breaker();
    return breaker == null || breaker.openedAt() == null
        ? Optional.empty()
        : Optional.of(
            ConditionDraft.holds(
                OPS_FROZEN,
                "ActionsInVain",
                breaker.reason()
                    + "; find out why, then thaw it with the annotation claw.prismer.ai/ops-thaw,"
                    + " whose value is your user name"));
  }

  private static ConditionDraft runtime(Facts facts) {
    if (Defaulting.suspended(facts.claw().getSpec())) {
      return ConditionDraft.fails(
          RUNTIME_READY, "Suspended", "scaled to zero; set spec.suspend to false to start it");
    }
    int wanted = Layer.replicas(facts.claw());
    List<PodState> ready = facts.pods().stream().filter(StatusDecision::isCurrentAndReady).toList();
    if (ready.size() >= wanted) {
      return ConditionDraft.holds(
          RUNTIME_READY,
          "PodReady",
          wanted == 1
              ? "pod "
                  + ready.getFirst().pod().getMetadata().getName()
                  + " is ready at the wanted revision"
              : "all " + wanted + " pods are ready at the wanted revision");
    }
    Optional<PodState> other =
        facts.pods().stream()
            .filter(state -> !state.leaving() && !isCurrentAndReady(state))
            .findFirst();
    if (other.isPresent() && !facts.replacing()) {
      PodState state = other.get();
      return state.current() || !state.ready()
          ? ConditionDraft.fails(RUNTIME_READY, state.reason(), state.message())
          : ConditionDraft.fails(
              RUNTIME_READY,
              "Updating",
              "pod " + state.pod().getMetadata().getName() + " is of an older revision");
    }
    return facts.workload() && facts.podAllowed()
        ? ConditionDraft.fails(
            RUNTIME_READY,
            "NotReady",
            wanted == 1
                ? "pod " + facts.claw().getMetadata().getName() + "-0 is not ready yet"
                : ready.size() + " of " + wanted + " pods are ready")
        : ConditionDraft.fails(
            RUNTIME_READY, "NoPod", "no pod is made; another condition says why");
  }

  /** The first thing a person can act on, in the order of what depends on what. */
  private static ConditionDraft ready(List<ConditionDraft> drafts) {
    return drafts.stream()
        .filter(draft -> !draft.holds() && !isPause(draft))
        .filter(draft -> !NOT_NEEDED_TO_BE_READY.contains(draft.type()))
        .findFirst()
        .map(draft -> ConditionDraft.fails(READY, draft.reason(), draft.message()))
        .orElseGet(() -> ConditionDraft.holds(READY, "Ready", "the agent is ready"));
  }

  /** A paused agent runs on as it is. */
  private static boolean isPause(ConditionDraft draft) {
    return draft.type().equals(RECONCILED) && draft.status().equals("Unknown");
  }

  private static Phase phase(Facts facts, boolean ready, boolean runtimeReady) {
    if (!facts.violations().isEmpty()) {
      return Phase.Failed;
    }
    if (Defaulting.suspended(facts.claw().getSpec())) {
      return Phase.Suspended;
    }
    if (!facts.podAllowed() || !facts.workload()) {
      return Phase.Pending;
    }
    if (ready) {
      return Phase.Running;
    }
    return runtimeReady ? Phase.Degraded : notReady(facts);
  }

  private static Phase notReady(Facts facts) {
    boolean outdated =
        facts.replacing()
            || facts.pods().stream().anyMatch(state -> !state.current() && !state.leaving());
    if (outdated) {
      return Phase.Updating;
    }
    if (facts.pods().stream().anyMatch(PodState::crashing)) {
      // Also on the first start: "Provisioning" would hide that it does not get anywhere.
      return Phase.Degraded;
    }
    Phase before = facts.claw().getStatus() == null ? null : facts.claw().getStatus().phase();
    return switch (before) {
      case Running, Degraded -> Phase.Degraded;
      case Updating -> Phase.Updating;
      case Pending, Provisioning, Failed, Suspended, Terminating -> Phase.Provisioning;
      case null -> Phase.Provisioning;
    };
  }

  private static boolean isCurrentAndReady(PodState state) {
    return state.current() && state.ready();
  }

  private static Condition condition(
      ConditionDraft draft, @Nullable ClawStatus before, Long generation, Instant now) {
    String message =
        draft.message().length() > MAX_MESSAGE
            ? draft.message().substring(0, MAX_MESSAGE - 1) + "…"
            : draft.message();
    return new Condition(
        draft.type(),
        draft.status(),
        generation,
        since(draft, before, now),
        draft.reason(),
        message);
  }

  private static String since(ConditionDraft draft, @Nullable ClawStatus before, Instant now) {
    if (before != null && before.conditions() != null) {
      for (Condition condition : before.conditions()) {
        if (condition.type().equals(draft.type())
            && Objects.equals(condition.status(), draft.status())) {
          return condition.lastTransitionTime();
        }
      }
    }
    return now.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
