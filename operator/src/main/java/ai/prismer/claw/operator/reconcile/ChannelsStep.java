package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawChannel;
import ai.prismer.claw.api.rules.Channels;
import ai.prismer.claw.operator.apply.ChildCache;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.operator.model.ChannelPlan;
import ai.prismer.claw.operator.model.Names;
import ai.prismer.claw.operator.model.PodChannel;
import ai.prismer.claw.operator.model.PodChannels;
import ai.prismer.claw.operator.secrets.Fingerprint;
import ai.prismer.claw.operator.secrets.Fingerprints;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the channels that a Claw names and their Secrets.
 *
 * <p>A channel that cannot work is left out, so that the agent runs with the others. One whose
 * Secret is missing keeps the pod as it is, like a missing Secret of the agent itself: the Secret
 * may be on its way, and a pod that refers to one that does not exist never starts.
 */
final class ChannelsStep {

  private final ChildCache cache;
  private final Fingerprints fingerprints;
  private final OperatorConfiguration.Images images;

  ChannelsStep(ChildCache cache, Fingerprints fingerprints, OperatorConfiguration.Images images) {
    this.cache = cache;
    this.fingerprints = fingerprints;
    this.images = images;
  }

  void run(Reconciliation reconciliation) {
    Claw claw = reconciliation.claw;
    if (!Channels.any(claw.getSpec())) {
      return;
    }
    // Until it is known otherwise: a step that fails must not take the channels from the pod.
    reconciliation.channelSecretsComplete = false;
    String namespace = claw.getMetadata().getNamespace();
    ChannelPlan plan =
        ChannelPlan.of(
            claw, name -> cache.get(ClawChannel.class, namespace, name), images.channels());
    List<ChannelPlan.Problem> problems = new ArrayList<>(plan.problems());
    List<PodChannel> channels = new ArrayList<>();
    boolean complete = true;
    for (PodChannel channel : plan.usable()) {
      Optional<Fingerprint> secret = note(reconciliation, channel.secret());
      if (channel.secret() != null && secret.isEmpty()) {
        problems.add(
            missing(channel.name(), "channel " + channel.name(), channel.secret(), namespace));
        complete = false;
      }
      channels.add(secret.map(found -> channel.withSecretKeys(found.keys())).orElse(channel));
    }
    String token = channels.isEmpty() ? null : Names.bridgeSecret(claw).orElse(null);
    if (token != null && note(reconciliation, token).isEmpty()) {
      problems.add(missing(null, "spec.bridge.tokenSecretRef", token, namespace));
      complete = false;
    }
    reconciliation.channels =
        channels.isEmpty() ? PodChannels.NONE : new PodChannels(images.bus(), channels);
    reconciliation.channelProblems = problems;
    reconciliation.channelSecretsComplete = complete;
  }

  private Optional<Fingerprint> note(Reconciliation reconciliation, @Nullable String secret) {
    if (secret == null) {
      return Optional.empty();
    }
    Optional<Fingerprint> found =
        fingerprints.of(reconciliation.claw.getMetadata().getNamespace(), secret);
    found.ifPresent(known -> reconciliation.fingerprints.put(secret, known));
    return found;
  }

  private static ChannelPlan.Problem missing(
      @Nullable String channel, String what, String secret, String namespace) {
    return new ChannelPlan.Problem(
        channel,
        "SecretNotFound",
        what
            + " needs Secret "
            + secret
            + ", which does not exist in namespace "
            + namespace
            + "; create it and the pod is made or changed by itself");
  }
}
