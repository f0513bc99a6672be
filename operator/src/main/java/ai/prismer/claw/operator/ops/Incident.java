package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.ClawReference;
import ai.prismer.claw.api.ops.EscalationSpec;
import ai.prismer.claw.api.ops.Severity;
import ai.prismer.claw.api.ops.Trigger;
import ai.prismer.claw.api.status.Held;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.gate.text.ForeignText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What happened to a Claw, as an escalation tells it. Pure. */
final class Incident {
  private static final int MAX_MESSAGE = 1024;
  private static final int MAX_NAME = 256;
  private static final String FROZEN = "-frozen";
  private static final int HASHED = 12;

  private Incident() {}

  /** Name of the escalation of one intent: the same at every try, so that there is one. */
  static String name(String claw, long generation) {
    return claw + "-ops-" + Long.toString(generation, 36).toLowerCase(Locale.ROOT);
  }

  /** Name of the escalation that says that the intent's effect had to be taken back. */
  static String undoneName(String claw, long generation) {
    return name(claw, generation) + "-undone";
  }

  /** Name of the escalation that says that self-healing has stopped after this intent. */
  static String frozenName(String claw, long generation) {
    return name(claw, generation) + FROZEN;
  }

  /** Whether this says that self-healing has stopped. */
  static boolean isFreeze(ClawOpsEscalation escalation) {
    return escalation.getMetadata().getName().endsWith(FROZEN);
  }

  /** Name of the escalation of what no rule is for: the same for the same beginning. */
  static String signalName(String claw, String beginning) {
    return claw
        + "-ops-"
        + Digest.of(beginning.getBytes(StandardCharsets.UTF_8)).hex().substring(0, HASHED);
  }

  /** What no rule is for. */
  static EscalationSpec ofSignal(
      Sight sight, String type, @Nullable String container, Severity severity) {
    String place = container == null ? "" : " of container " + container;
    return of(sight, type, container, type + place + ", no rule", severity);
  }

  /** Self-healing has stopped. */
  static EscalationSpec ofFreeze(Sight sight, String reason) {
    return of(
        sight,
        "Unknown",
        Keys.RUNTIME_CONTAINER,
        "self-healing has stopped: " + reason,
        Severity.Critical);
  }

  /** Somebody who may only propose has asked for something. */
  static EscalationSpec ofIntent(Sight sight, Held held) {
    String why = held.reason() == null ? "" : ", untrusted reason: " + held.reason();
    return of(
        sight,
        "AgentIntent",
        Keys.RUNTIME_CONTAINER,
        ForeignText.line(held.author(), MAX_NAME)
            + " asks for "
            + held.action()
            + " "
            + (held.params() == null ? "" : String.join(" ", held.params().values()))
            + why,
        Severity.Medium);
  }

  /** A rule has seen enough. */
  static EscalationSpec ofRule(Sight sight, Rule rule) {
    String place = rule.container() == null ? "" : " of container " + rule.container();
    return of(
        sight,
        rule.signal().id(),
        rule.container(),
        rule.signal().id() + place + ", rule " + rule.id(),
        Severity.High);
  }

  /** What an action led to was worse than what it was to help against. */
  static EscalationSpec ofUndo(Sight sight, String what, String reason) {
    return of(
        sight,
        "Unknown",
        Keys.RUNTIME_CONTAINER,
        what + " was taken back: " + reason,
        Severity.High);
  }

  private static EscalationSpec of(
      Sight sight, String type, @Nullable String container, String message, Severity severity) {
    List<SignalRecord> counted =
        sight.signals().stream()
            .filter(signal -> signal.type().equals(type))
            .filter(signal -> container == null || container.equals(signal.container()))
            .toList();
    String first =
        counted.stream()
            .map(signal -> Instant.parse(signal.at()))
            .min(Instant::compareTo)
            .orElse(sight.now())
            .toString();
    var metadata = sight.claw().getMetadata();
    return new EscalationSpec(
        new ClawReference(metadata.getName()),
        metadata.getUid(),
        new Trigger(type, cut(message), first, Math.max(1, counted.size()), container),
        severity,
        Snapshot.of(sight),
        null,
        null,
        null);
  }

  /** As much of the text as the field takes. */
  static String cut(String text) {
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE - 1) + "…";
  }
}
