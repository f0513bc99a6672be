package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawChannel;
import ai.prismer.claw.api.channel.ChannelSpec;
import ai.prismer.claw.api.rules.Channels;
import ai.prismer.claw.api.spec.ChannelMode;
import ai.prismer.claw.api.spec.ChannelReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which of the channels that a Claw names can work in its pod. One that cannot is left out and
 * named: the agent stays reachable through the others.
 *
 * @param usable channels that go into the pod, their Secrets not looked at yet
 * @param problems why others do not, each a reason and a sentence that begins with the channel
 */
public record ChannelPlan(List<PodChannel> usable, List<Problem> problems) {

  /**
   * Why a channel is left out.
   *
   * @param channel name of the channel, or null where it is about all of them
   * @param reason machine-readable cause, CamelCase
   * @param message what is wrong and what a person can do
   */
  public record Problem(@Nullable String channel, String reason, String message) {}

  public ChannelPlan {
    usable = List.copyOf(usable);
    problems = List.copyOf(problems);
  }

  /**
   * Plans.
   *
   * @param known the ClawChannel of a name in the Claw's namespace, or null
   * @param images image of the built-in sidecar by type of channel, as it stands in a spec
   */
  public static ChannelPlan of(
      Claw claw, Function<String, @Nullable ClawChannel> known, Map<String, String> images) {
    List<PodChannel> usable = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    Map<Integer, String> taken = new HashMap<>();
    RuntimeProfile.of(claw, "")
        .ports()
        .forEach((name, port) -> taken.put(port, "the agent itself"));
    taken.put(BusModel.HEALTH_PORT, "the message bus");
    for (ChannelReference reference : Channels.of(claw.getSpec())) {
      ClawChannel channel = known.apply(reference.name());
      Problem problem =
          channel == null || channel.getSpec() == null
              ? new Problem(
                  reference.name(),
                  "ChannelNotFound",
                  "channel "
                      + reference.name()
                      + " does not exist in namespace "
                      + claw.getMetadata().getNamespace()
                      + "; create the ClawChannel and the agent gets it by itself")
              : problem(reference, channel.getSpec(), images, taken);
      if (problem != null) {
        problems.add(problem);
      } else if (channel != null) {
        ChannelSpec spec = channel.getSpec();
        ports(spec).forEach(port -> taken.put(port, "channel " + reference.name()));
        usable.add(
            new PodChannel(
                reference.name(),
                spec,
                Channels.mode(reference),
                image(spec, images).orElseThrow(),
                Channels.secret(spec),
                List.of()));
      }
    }
    return new ChannelPlan(usable, problems);
  }

  private static @Nullable Problem problem(
      ChannelReference reference,
      ChannelSpec spec,
      Map<String, String> images,
      Map<Integer, String> taken) {
    String channel = "channel " + reference.name();
    ChannelMode wanted = Channels.mode(reference);
    if (!Channels.mode(spec).allows(wanted)) {
      return new Problem(
          reference.name(),
          "ChannelIncompatible",
          channel
              + " is "
              + Channels.mode(spec).wireName()
              + " and cannot be used as "
              + wanted.wireName()
              + "; set its mode in spec.channels");
    }
    if (image(spec, images).isEmpty()) {
      return new Problem(
          reference.name(),
          "ChannelHasNoImage",
          channel
              + ": no image is known for type "
              + spec.type().wireName()
              + "; set spec.sidecar.image of the ClawChannel, or images.channels."
              + spec.type().wireName()
              + " of the chart");
    }
    if (!hasWatermarks(spec)) {
      return new Problem(
          reference.name(),
          "ChannelIncompatible",
          channel + ": backpressure.lowWatermark must be below highWatermark, both 0 to 1");
    }
    for (int port : ports(spec)) {
      if (port == 0) {
        return new Problem(
            reference.name(),
            "ChannelIncompatible",
            channel + ": config.listenPort must be a number, 1 to 65535");
      }
      if (taken.containsKey(port)) {
        return new Problem(
            reference.name(),
            "PortTaken",
            channel
                + " listens on port "
                + port
                + ", which "
                + taken.get(port)
                + " has; give it another one, built-in sidecars by config.listenPort");
      }
    }
    return null;
  }

  private static Optional<String> image(ChannelSpec spec, Map<String, String> images) {
    return Optional.ofNullable(
        spec.sidecar() != null && spec.sidecar().image() != null
            ? spec.sidecar().image()
            : images.get(spec.type().wireName()));
  }

  /** Also those of which nobody outside needs to know. */
  private static List<Integer> ports(ChannelSpec spec) {
    List<Integer> ports = new ArrayList<>(ChannelModel.ports(spec).values());
    Integer listen = Channels.listenPort(spec);
    if (listen != null && !ports.contains(listen)) {
      ports.add(listen);
    }
    return ports;
  }

  private static boolean hasWatermarks(ChannelSpec spec) {
    try {
      double high = Double.parseDouble(Channels.highWatermark(spec));
      double low = Double.parseDouble(Channels.lowWatermark(spec));
      return low >= 0 && low < high && high <= 1;
    } catch (NumberFormatException noNumber) {
      return false;
    }
  }
}
