package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.channel.ChannelSpec;
import ai.prismer.claw.api.spec.ChannelMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One channel as it goes into a pod.
 *
 * @param name name of the ClawChannel
 * @param spec its spec
 * @param mode in which mode this Claw uses it; the channel allows it
 * @param image image of its sidecar
 * @param secret name of the Secret with its credentials; null for none
 * @param secretKeys entries of that Secret, each of which becomes a variable of the sidecar
 */
public record PodChannel(
    String name,
    ChannelSpec spec,
    ChannelMode mode,
    String image,
    @Nullable String secret,
    List<String> secretKeys) {

  public PodChannel {
    secretKeys = secretKeys.stream().sorted().toList();
  }

  /** The same with what is known of its Secret. */
  public PodChannel withSecretKeys(Iterable<String> keys) {
    List<String> known = new ArrayList<>();
    keys.forEach(known::add);
    return new PodChannel(name, spec, mode, image, secret, known);
  }
}
