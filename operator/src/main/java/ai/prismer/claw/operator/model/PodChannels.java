package ai.prismer.claw.operator.model;

import java.util.List;

/**
 * The channels of a pod and what carries their messages. Without channels there is no bus either.
 *
 * @param busImage image of the bus
 * @param channels the channels that can work, in the order in which the Claw names them
 */
public record PodChannels(String busImage, List<PodChannel> channels) {

  /** No channels. */
  public static final PodChannels NONE = new PodChannels("", List.of());

  public PodChannels {
    channels = List.copyOf(channels);
  }

  /** Whether the pod has no channel, and so no bus. */
  public boolean isEmpty() {
    return channels.isEmpty();
  }
}
