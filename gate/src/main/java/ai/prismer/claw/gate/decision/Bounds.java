package ai.prismer.claw.gate.decision;

import ai.prismer.claw.gate.decision.Decision.Code;
import ai.prismer.claw.gate.decision.Decision.Reject;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.text.ForeignText;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Turns an intent's parameters into an effect within the bounds, or says which bound they break.
 */
final class Bounds {
  /** No policy allows more pods than this. */
  private static final int MAX_REPLICAS = 10;

  private Bounds() {}

  /** What the check found. */
  sealed interface Result {}

  /** The effect is within all bounds. */
  record Within(Effect effect) implements Result {}

  /** It is not. */
  record Outside(Reject reject) implements Result {}

  static Result check(Intent intent, Observed observed, Policy policy) {
    Reject unknown = unknownParameter(intent);
    if (unknown != null) {
      return new Outside(unknown);
    }
    return switch (intent.action()) {
      case BUMP_MEMORY, BUMP_CPU -> bump(intent, observed, policy);
      case RESTART_POD -> restartPod(intent, observed);
      case ROLLOUT_RESTART -> new Within(new Effect.RolloutRestart());
      case SCALE_REPLICAS -> scale(intent, observed, policy);
    };
  }

  private static Result bump(Intent intent, Observed observed, Policy policy) {
    Headroom headroom = Headroom.of(intent.action());
    String text = intent.params().get("target");
    if (text == null) {
      return bad("params.target is missing, the new limit of the runtime container");
    }
    long target;
    try {
      target = headroom.read(text);
    } catch (IllegalArgumentException e) {
      return bad("params.target " + e.getMessage());
    }
    OptionalLong current = headroom.current(observed);
    if (current.isEmpty()) {
      return new Outside(headroom.noLimit());
    }
    long from = current.getAsLong();
    Reject outside = headroom.check(target, from, observed, policy);
    if (outside != null) {
      return new Outside(outside);
    }
    return new Within(
        switch (headroom) {
          case MEMORY -> new Effect.SetMemory(from, target);
          case CPU -> new Effect.SetCpu(from, target);
        });
  }

  private static Result restartPod(Intent intent, Observed observed) {
    String name = intent.params().get("pod");
    for (Observed.Pod pod : observed.pods()) {
      if (name == null ? pod.failing() : pod.name().equals(name)) {
        return new Within(new Effect.RestartPod(pod.name(), pod.uid()));
      }
    }
    return new Outside(
        new Reject(
            Code.NOT_OWN_POD,
            name == null
                ? "no pod of " + observed.claw() + " is failing; name one in params.pod"
                : "pod "
                    + ForeignText.quoted(name)
                    + " is none of the pods that belong to "
                    + observed.claw()));
  }

  private static Result scale(Intent intent, Observed observed, Policy policy) {
    String text = intent.params().get("replicas");
    if (text == null) {
      return bad("params.replicas is missing, the number of pods");
    }
    int replicas = digits(text);
    if (replicas < 0) {
      return bad("params.replicas " + ForeignText.quoted(text) + ": it must be a whole number");
    }
    if (observed.singleWriter()) {
      return new Outside(
          new Reject(
              Code.SINGLE_WRITER,
              "the runtime of " + observed.claw() + " keeps state that only one pod may write"));
    }
    int max = Math.min(MAX_REPLICAS, policy.maxReplicas());
    if (replicas < 1 || replicas > max) {
      return new Outside(
          new Reject(Code.ABOVE_MAXIMUM, "replicas " + replicas + " is not between 1 and " + max));
    }
    return new Within(new Effect.SetReplicas(observed.replicas(), replicas));
  }

  /** The number that one to four ASCII digits spell; −1 for anything else. */
  private static int digits(String text) {
    if (text.isEmpty() || text.length() > 4) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = 10 * number + (c - '0');
    }
    return number;
  }

  private static @Nullable Reject unknownParameter(Intent intent) {
    String first = null;
    for (String key : intent.params().keySet()) {
      // The first by name, not by the map's order, so that equal intents get equal reasons.
      if (!isKnown(intent.action(), key) && (first == null || key.compareTo(first) < 0)) {
        first = key;
      }
    }
    return first == null
        ? null
        : new Reject(
            Code.BAD_PARAMETER, intent.action() + " has no parameter " + ForeignText.quoted(first));
  }

  private static boolean isKnown(Action action, String key) {
    return switch (action) {
      case BUMP_MEMORY, BUMP_CPU -> key.equals("target");
      // Clients of the original operator send a strategy; there is only one, so it says nothing.
      case RESTART_POD -> key.equals("pod") || key.equals("strategy");
      case ROLLOUT_RESTART -> false;
      case SCALE_REPLICAS -> key.equals("replicas");
    };
  }

  private static Outside bad(String reason) {
    return new Outside(new Reject(Code.BAD_PARAMETER, reason));
  }
}
