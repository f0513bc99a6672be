package ai.prismer.claw.operator.channels;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawChannel;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.channel.ChannelStatus;
import ai.prismer.claw.api.rules.Channels;
import ai.prismer.claw.api.status.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of a channel. Pure.
 *
 * @param finalizers what its finalizers should be
 * @param status what its status should be
 */
record ChannelDecision(List<String> finalizers, ChannelStatus status) {

  static final String IN_USE = "InUse";
  private static final int MOST_NAMES = 100;

  /**
   * Decides.
   *
   * @param claws Claws of any namespace; a Claw that is being deleted still counts, because its pod
   *     may run
   */
  static ChannelDecision of(ClawChannel channel, Collection<Claw> claws, Instant now) {
    List<String> names =
        claws.stream()
            .filter(claw -> names(claw, channel))
            .map(claw -> claw.getMetadata().getName())
            .sorted()
            .toList();
    boolean going = channel.isMarkedForDeletion();
    return new ChannelDecision(
        finalizers(channel, !going || !names.isEmpty()),
        new ChannelStatus(
            List.of(inUse(channel, names, going, now)),
            names.size(),
            names.subList(0, Math.min(MOST_NAMES, names.size()))));
  }

  /** Whether a Claw names a channel. */
  static boolean names(Claw claw, ClawChannel channel) {
    return claw.getSpec() != null
        && claw.getMetadata().getNamespace().equals(channel.getMetadata().getNamespace())
        && Channels.of(claw.getSpec()).stream()
            .anyMatch(reference -> reference.name().equals(channel.getMetadata().getName()));
  }

  private static List<String> finalizers(ClawChannel channel, boolean held) {
    List<String> finalizers = new ArrayList<>(channel.getMetadata().getFinalizers());
    finalizers.remove(Keys.OLD_CHANNEL_FINALIZER);
    if (!held) {
      finalizers.remove(Keys.CHANNEL_FINALIZER);
    } else if (!finalizers.contains(Keys.CHANNEL_FINALIZER) && !channel.isMarkedForDeletion()) {
      // The server refuses new finalizers on what is being deleted.
      finalizers.add(Keys.CHANNEL_FINALIZER);
    }
    return finalizers;
  }

  private static Condition inUse(
      ClawChannel channel, List<String> names, boolean going, Instant now) {
    boolean used = !names.isEmpty();
    String status = used ? "True" : "False";
    String users = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())));
    return new Condition(
        IN_USE,
        status,
        channel.getMetadata().getGeneration(),
        since(channel.getStatus(), status, now),
        used ? (going ? "DeletionWaits" : "Referenced") : "NotReferenced",
        used
            ? (going
                ? "deletion waits until no Claw names the channel any more: " + shortened(users)
                : "named by " + shortened(users))
            : "no Claw names the channel");
  }

  private static String shortened(String users) {
    return users.length() > 2000 ? users.substring(0, 2000) + "…" : users;
  }

  private static String since(@Nullable ChannelStatus before, String status, Instant now) {
    if (before != null && before.conditions() != null) {
      for (Condition condition : before.conditions()) {
        if (condition.type().equals(IN_USE) && condition.status().equals(status)) {
          return condition.lastTransitionTime();
        }
      }
    }
    return now.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
