package ai.prismer.claw.operator.channels;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawChannel;
import ai.prismer.claw.api.channel.ChannelStatus;
import ai.prismer.claw.operator.reconcile.ClawIndex;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds on to a channel while a Claw names it, lets it go when none does, and says who does.
 *
 * <p>Invariants: no write when nothing changed; each write is a merge patch of finalizers or status
 * alone and carries the resourceVersion it was decided on. Safe for concurrent use for different
 * channels.
 */
public final class ChannelReconciler {

  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;
  private final ClawIndex claws;
  private final Clock clock;

  /**
   * Reconciles with these.
   *
   * @param claws all Claws; complete before the first channel is reconciled, or a channel that is
   *     in use would be let go
   */
  public ChannelReconciler(KubernetesClient client, ClawIndex claws, Clock clock) {
    this.client = client;
    this.claws = claws;
    this.clock = clock;
  }

  /** Whether a Claw names a channel. */
  public static boolean names(Claw claw, ClawChannel channel) {
    return ChannelDecision.names(claw, channel);
  }

  /** Whether a Claw names a channel, or did when the channel's status was written. */
  public static boolean concerns(Claw claw, ClawChannel channel) {
    ChannelStatus status = channel.getStatus();
    return ChannelDecision.names(claw, channel)
        || (claw.getMetadata().getNamespace().equals(channel.getMetadata().getNamespace())
            && status != null
            && status.referencingClaws() != null
            && status.referencingClaws().contains(claw.getMetadata().getName()));
  }

  /**
   * Reconciles one channel.
   *
   * @throws KubernetesClientException when a write fails: 409 means that the channel moved on
   */
  public void reconcile(ClawChannel channel) {
    ChannelDecision decision = ChannelDecision.of(channel, claws.all(), clock.instant());
    try {
      ClawChannel now = channel;
      if (!decision.finalizers().equals(channel.getMetadata().getFinalizers())) {
        now = finalizers(channel, decision.finalizers());
        if (channel.isMarkedForDeletion()) {
          return;
        }
      }
      if (!isSame(channel.getStatus(), decision.status())) {
        status(now, decision.status());
      }
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw refused;
      }
    }
  }

  private ClawChannel finalizers(ClawChannel channel, List<String> finalizers) {
    Map<String, Object> metadata = metadata(channel);
    metadata.put("finalizers", finalizers);
    return client.resource(channel).patch(MERGE, json(Map.of("metadata", metadata)));
  }

  private void status(ClawChannel channel, ChannelStatus status) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("conditions", status.conditions());
    fields.put("referenceCount", status.referenceCount());
    fields.put("referencingClaws", status.referencingClaws());
    client
        .resource(channel)
        .subresource("status")
        .patch(MERGE, json(Map.of("metadata", metadata(channel), "status", fields)));
  }

  private static Map<String, Object> metadata(ClawChannel channel) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("resourceVersion", channel.getMetadata().getResourceVersion());
    metadata.put("uid", channel.getMetadata().getUid());
    return metadata;
  }

  private static boolean isSame(@Nullable ChannelStatus before, ChannelStatus after) {
    return before != null
        && Objects.equals(before.conditions(), after.conditions())
        && Objects.equals(before.referenceCount(), after.referenceCount())
        && orEmpty(before.referencingClaws()).equals(orEmpty(after.referencingClaws()));
  }

  private static List<String> orEmpty(@Nullable List<String> names) {
    return names == null ? List.of() : names;
  }

  private String json(Object body) {
    return client.getKubernetesSerialization().asJson(body);
  }
}
