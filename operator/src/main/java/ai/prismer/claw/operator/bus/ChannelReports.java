package ai.prismer.claw.operator.bus;

import java.util.Map;
import java.util.Optional;

/**
 * What the buses of all agents say of their channels.
 *
 * @param byPod reports by name of the channel, by the UID of the pod; what is absent is not known
 */
public record ChannelReports(Map<String, Map<String, ChannelReport>> byPod) {
  /** Nothing is known. */
  public static final ChannelReports UNKNOWN = new ChannelReports(Map.of());

  /** Copies the map. */
  public ChannelReports {
    byPod = Map.copyOf(byPod);
  }

  /** The reports of the bus in one pod, by name of the channel. */
  public Map<String, ChannelReport> of(String podUid) {
    return byPod.getOrDefault(podUid, Map.of());
  }

  /** The report of one channel. */
  public Optional<ChannelReport> of(String podUid, String channel) {
    return Optional.ofNullable(of(podUid).get(channel));
  }
}
