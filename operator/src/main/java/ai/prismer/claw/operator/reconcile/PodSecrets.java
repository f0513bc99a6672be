package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawChannel;
import ai.prismer.claw.api.rules.Channels;
import ai.prismer.claw.operator.apply.ChildCache;
import ai.prismer.claw.operator.model.Names;
import java.util.LinkedHashSet;
import java.util.Set;

/** The Secrets whose change concerns a Claw's pod. */
public final class PodSecrets {

  private PodSecrets() {}

  /** Their names: the token, what the spec names, and what the channels name that it uses. */
  public static Set<String> of(Claw claw, ChildCache cache) {
    Set<String> names = new LinkedHashSet<>();
    names.add(Names.tokenSecret(claw));
    if (claw.getSpec() == null) {
      return names;
    }
    names.addAll(Names.referencedSecrets(claw));
    if (!Channels.any(claw.getSpec())) {
      return names;
    }
    Names.bridgeSecret(claw).ifPresent(names::add);
    for (var reference : Channels.of(claw.getSpec())) {
      ClawChannel channel =
          cache.get(ClawChannel.class, claw.getMetadata().getNamespace(), reference.name());
      String secret =
          channel == null || channel.getSpec() == null ? null : Channels.secret(channel.getSpec());
      if (secret != null) {
        names.add(secret);
      }
    }
    return names;
  }
}
