package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.rules.Channels;
import ai.prismer.claw.api.spec.ClawSpec;
import ai.prismer.claw.api.status.ChannelReadiness;
import ai.prismer.claw.api.status.ChannelState;
import ai.prismer.claw.operator.model.ChannelPlan;
import ai.prismer.claw.operator.model.PodChannels;
import ai.prismer.claw.operator.rollout.PodState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a status says of channels and bus. Pure. Absent for a Claw that names none; about the pod
 * nothing is said while none is wanted.
 */
final class ChannelConditions {

  static final String CHANNELS_READY = "ChannelsReady";
  static final String BUS_READY = "BusReady";

  private ChannelConditions() {}

  static List<ConditionDraft> of(
      ClawSpec spec,
      PodChannels channels,
      List<ChannelPlan.Problem> problems,
      List<PodState> pods,
      List<ChannelState> states,
      boolean podWanted) {
    if (!Channels.any(spec)) {
      return List.of();
    }
    List<ConditionDraft> drafts = new ArrayList<>();
    if (!problems.isEmpty()) {
      drafts.add(
          ConditionDraft.fails(
              CHANNELS_READY,
              problems.getFirst().reason(),
              problems.stream()
                  .map(ChannelPlan.Problem::message)
                  .collect(Collectors.joining("; "))));
    }
    if (!podWanted || channels.isEmpty()) {
      return drafts;
    }
    drafts.add(bus(spec, pods));
    if (problems.isEmpty()) {
      drafts.add(sidecars(channels, pods, states));
    }
    return drafts;
  }

  private static ConditionDraft bus(ClawSpec spec, List<PodState> pods) {
    String journal =
        Channels.ephemeral(spec)
            ? "the bus runs; its journal is ephemeral: whatever replaces the pod loses what was not"
                + " delivered"
            : "the bus runs and its journal is on a claim of its own";
    return SidecarReadiness.complaint(Keys.BUS_CONTAINER, pods)
        .map(message -> ConditionDraft.fails(BUS_READY, "NotReady", message))
        .orElseGet(() -> ConditionDraft.holds(BUS_READY, "BusRuns", journal));
  }

  private static ConditionDraft sidecars(
      PodChannels channels, List<PodState> pods, List<ChannelState> states) {
    List<String> waiting =
        channels.channels().stream()
            .flatMap(channel ->
                SidecarReadiness.complaint(Keys.CHANNEL_CONTAINER_PREFIX + channel.name(), pods)
                    .stream())
            .toList();
    List<String> away =
        states.stream()
            .filter(state -> state.status() == ChannelReadiness.Disconnected)
            .map(state -> "channel " + state.name() + ": " + state.lastError())
            .toList();
    if (waiting.isEmpty() && !away.isEmpty()) {
      return ConditionDraft.fails(CHANNELS_READY, "Disconnected", String.join("; ", away));
    }
    return waiting.isEmpty()
        ? ConditionDraft.holds(
            CHANNELS_READY,
            "ChannelsReady",
            "every channel that the Claw names has its sidecar: "
                + channels.channels().stream()
                    .map(channel -> channel.name())
                    .collect(Collectors.joining(", ")))
        : ConditionDraft.fails(CHANNELS_READY, "NotReady", String.join("; ", waiting));
  }
}
