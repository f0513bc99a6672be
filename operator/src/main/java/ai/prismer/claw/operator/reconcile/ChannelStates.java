package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.rules.Channels;
import ai.prismer.claw.api.spec.ClawSpec;
import ai.prismer.claw.api.status.ChannelReadiness;
import ai.prismer.claw.api.status.ChannelState;
import ai.prismer.claw.operator.bus.ChannelReport;
import ai.prismer.claw.operator.bus.ChannelReports;
import ai.prismer.claw.operator.model.ChannelPlan;
import ai.prismer.claw.operator.rollout.PodState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How each channel that a Claw names stands, in the order in which it names them. Pure. */
final class ChannelStates {

  private static final int MAX_ERROR = 1024;

  private ChannelStates() {}

  /**
   * The states.
   *
   * @param reports what the buses say
   * @param podWanted whether a pod is to run
   */
  static List<ChannelState> of(
      ClawSpec spec,
      List<ChannelPlan.Problem> problems,
      List<PodState> pods,
      ChannelReports reports,
      boolean podWanted) {
    return Channels.of(spec).stream()
        .map(reference -> state(reference.name(), problems, pods, reports, podWanted))
        .toList();
  }

  private static ChannelState state(
      String name,
      List<ChannelPlan.Problem> problems,
      List<PodState> pods,
      ChannelReports reports,
      boolean podWanted) {
    Optional<String> unusable =
        problems.stream()
            .filter(problem -> name.equals(problem.channel()))
            .map(ChannelPlan.Problem::message)
            .findFirst();
    if (unusable.isPresent()) {
      return ChannelState.of(name, ChannelReadiness.Unusable, shortened(unusable.get()));
    }
    Optional<String> complaint =
        podWanted
            ? SidecarReadiness.complaint(Keys.CHANNEL_CONTAINER_PREFIX + name, pods)
            : Optional.of("no pod runs");
    Optional<ChannelReport> report = podWanted ? report(name, pods, reports) : Optional.empty();
    if (complaint.isPresent()) {
      return state(name, ChannelReadiness.NotReady, shortened(complaint.get()), report);
    }
    return report.filter(found -> found.awaySince() != null).isPresent()
        ? state(
            name,
            ChannelReadiness.Disconnected,
            "the bus has no connection from its sidecar",
            report)
        : state(name, ChannelReadiness.Ready, null, report);
  }

  /** What the bus of the pod that stays says; channels and several pods exclude each other. */
  private static Optional<ChannelReport> report(
      String name, List<PodState> pods, ChannelReports reports) {
    return pods.stream()
        .filter(state -> !state.leaving())
        .flatMap(state -> reports.of(state.pod().getMetadata().getUid(), name).stream())
        .findFirst();
  }

  private static ChannelState state(
      String name,
      ChannelReadiness readiness,
      @Nullable String error,
      Optional<ChannelReport> report) {
    return new ChannelState(
        name,
        readiness,
        report.map(ChannelReport::pressure).orElse(null),
        report.map(ChannelReport::deadLetters).orElse(null),
        error);
  }

  private static String shortened(String text) {
    return text.length() > MAX_ERROR ? text.substring(0, MAX_ERROR - 1) + "…" : text;
  }
}
