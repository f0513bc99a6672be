package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.rules.Channels;
import ai.prismer.claw.api.spec.ClawSpec;
import ai.prismer.claw.api.status.ChannelReadiness;
import ai.prismer.claw.api.status.ChannelState;
import ai.prismer.claw.operator.model.ChannelPlan;
import ai.prismer.claw.operator.rollout.PodState;
import java.util.List;
import java.util.Optional;

/** How each channel that a Claw names stands, in the order in which it names them. Pure. */
final class ChannelStates {

  private static final int MAX_ERROR = 1024;

  private ChannelStates() {}

  static List<ChannelState> of(
      ClawSpec spec, List<ChannelPlan.Problem> problems, List<PodState> pods, boolean podWanted) {
    return Channels.of(spec).stream()
        .map(reference -> state(reference.name(), problems, pods, podWanted))
        .toList();
  }

  private static ChannelState state(
      String name, List<ChannelPlan.Problem> problems, List<PodState> pods, boolean podWanted) {
    Optional<String> unusable =
        problems.stream()
            .filter(problem -> name.equals(problem.channel()))
            .map(ChannelPlan.Problem::message)
            .findFirst();
    if (unusable.isPresent()) {
      return new ChannelState(name, ChannelReadiness.Unusable, shortened(unusable.get()));
    }
    Optional<String> complaint =
        podWanted
            ? SidecarReadiness.complaint(Keys.CHANNEL_CONTAINER_PREFIX + name, pods)
            : Optional.of("no pod runs");
    return complaint
        .map(why -> new ChannelState(name, ChannelReadiness.NotReady, shortened(why)))
        .orElseGet(() -> new ChannelState(name, ChannelReadiness.Ready, null));
  }

  private static String shortened(String text) {
    return text.length() > MAX_ERROR ? text.substring(0, MAX_ERROR - 1) + "…" : text;
  }
}
