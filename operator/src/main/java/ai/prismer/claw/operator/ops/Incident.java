package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.ClawReference;
import ai.prismer.claw.api.ops.EscalationSpec;
import ai.prismer.claw.api.ops.Severity;
import ai.prismer.claw.api.ops.Trigger;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.rule.Rule;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What happened to a Claw, as an escalation tells it. Pure. */
final class Incident {
  private static final int MAX_MESSAGE = 1024;

  private Incident() {}

  /** Name of the escalation of one intent: the same at every try, so that there is one. */
  static String name(String claw, long generation) {
    return claw + "-ops-" + Long.toString(generation, 36).toLowerCase(Locale.ROOT);
  }

  /** Name of the escalation that says that the intent's effect had to be taken back. */
  static String undoneName(String claw, long generation) {
    return name(claw, generation) + "-undone";
  }

  /** A rule has seen enough. */
  static EscalationSpec ofRule(Sight sight, Rule rule) {
    String place = rule.container() == null ? "" : " of container " + rule.container();
    return of(
        sight,
        rule.signal().id(),
        rule.container(),
        rule.signal().id() + place + ", rule " + rule.id());
  }

  /** What an action led to was worse than what it was to help against. */
  static EscalationSpec ofUndo(Sight sight, String what, String reason) {
    return of(sight, "Unknown", Keys.RUNTIME_CONTAINER, what + " was taken back: " + reason);
  }

  private static EscalationSpec of(
      Sight sight, String type, @Nullable String container, String message) {
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
        Severity.High);
  }

  /** As much of the text as the field takes. */
  static String cut(String text) {
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE - 1) + "…";
  }
}
