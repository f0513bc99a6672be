package ai.prismer.claw.cli.status;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.ChannelReadiness;
import ai.prismer.claw.api.status.ChannelState;
import ai.prismer.claw.api.status.Condition;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.cli.resource.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which command brings a Claw on, by what its conditions say. Pure. */
final class NextStep {
  private static final String READY = "Ready";

  /** Types that are bad news when they hold. */
  private static final Set<String> BAD_IF_TRUE = Set.of("OpsFrozen", "AutoUpdateCircuitOpen");

  private NextStep() {}

  /**
   * A step.
   *
   * @param about type of the condition it is for
   * @param message what the operator says about it
   * @param command what to type
   */
  record Step(String about, String message, String command) {}

  /** The steps in the order of the conditions; none if all is well. */
  static List<Step> of(Found<Claw> claw) {
    List<Step> steps = new ArrayList<>();
    List<Condition> bad = Ops.conditions(claw.object()).stream().filter(NextStep::isBad).toList();
    for (Condition condition : bad) {
      // The aggregate only repeats another one, unless it stands alone.
      if (!condition.type().equals(READY) || bad.size() == 1) {
        steps.add(new Step(condition.type(), condition.message(), command(claw, condition)));
      }
    }
    return steps;
  }

  private static boolean isBad(Condition condition) {
    return BAD_IF_TRUE.contains(condition.type())
        ? condition.status().equals("True")
        : !condition.status().equals("True");
  }

  private static String command(Found<Claw> claw, Condition condition) {
    String kubectl = "kubectl -n " + claw.namespace() + " ";
    return switch (condition.reason()) {
      case "Paused" -> ClawSession.command("resume", claw);
      case "Suspended" -> ClawSession.command("wake", claw);
      case "ActionsInVain" ->
          ClawSession.command("ops", claw)
              + "; when the cause is gone: "
              + ClawSession.command("thaw", claw);
      case "SpecInvalid" -> kubectl + "edit claw " + claw.name();
      case "SecretNotFound" ->
          kubectl + "create secret generic " + secret(claw) + " --from-literal=KEY=VALUE";
      case "AccountHoldsTooMuch" -> ClawSession.command("can-i", claw);
      case "CrashLoopBackOff", "Error", "OOMKilled" ->
          ClawSession.command("logs", claw) + " --previous";
      case "Disconnected" ->
          ClawSession.command("logs", claw) + " -c " + Keys.CHANNEL_CONTAINER_PREFIX + away(claw);
      default ->
          condition.type().equals("ConfinementEnforced")
              ? "kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings"
              : ClawSession.command("events", claw);
    };
  }

  private static String away(Found<Claw> claw) {
    var status = claw.object().getStatus();
    return status == null || status.channels() == null
        ? "NAME"
        : status.channels().stream()
            .filter(channel -> channel.status() == ChannelReadiness.Disconnected)
            .map(ChannelState::name)
            .findFirst()
            .orElse("NAME");
  }

  private static String secret(Found<Claw> claw) {
    var credentials = claw.object().getSpec().credentials();
    return credentials == null || credentials.secretRef() == null
        ? "NAME"
        : credentials.secretRef().name();
  }
}
