package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.spec.PodSecurity;
import ai.prismer.claw.api.spec.Security;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The native sidecars of a pod with channels: the bus first, then a container a channel, so that
 * Kubernetes starts the bus before them and stops it after them, and the agent before all.
 *
 * <p>Identity between containers is the mount: each channel has a volume of its own with only its
 * socket in it, seen by its sidecar and the bus. Each container has a user of its own.
 */
final class Sidecars {

  /** Restart policy of an init container that makes it a sidecar (KEP-753). */
  static final String NATIVE = "Always";

  /** Seconds beside the agent's own in which channels end and the bus drains. */
  static final int DRAIN_SECONDS = 15;

  /** User of the bus; those of the channels follow. */
  private static final long FIRST_USER = 64_000;

  /** Where they begin when the agent has one of those. */
  private static final long OTHER_USERS = 64_100;

  private Sidecars() {}

  static List<Container> containers(Claw claw, RuntimeProfile profile, PodChannels channels) {
    if (channels.isEmpty()) {
      return List.of();
    }
    long user = firstUser(claw);
    List<Container> containers = new ArrayList<>();
    containers.add(BusModel.container(claw, profile, channels, user));
    for (PodChannel channel : channels.channels()) {
      user++;
      containers.add(ChannelModel.container(channel, user));
    }
    return containers;
  }

  static List<Volume> volumes(Claw claw, PodChannels channels) {
    if (channels.isEmpty()) {
      return List.of();
    }
    List<Volume> volumes = new ArrayList<>(BusModel.volumes(claw));
    for (PodChannel channel : channels.channels()) {
      volumes.add(
          new VolumeBuilder()
              .withName(ChannelModel.volume(channel))
              .withNewEmptyDir()
              .endEmptyDir()
              .build());
    }
    return volumes;
  }

  static int drainSeconds(PodChannels channels) {
    return channels.isEmpty() ? 0 : DRAIN_SECONDS;
  }

  private static long firstUser(Claw claw) {
    Security security = claw.getSpec().security();
    PodSecurity pod = security == null ? null : security.podSecurityContext();
    Long agent = pod == null ? null : pod.runAsUser();
    return agent != null && agent >= FIRST_USER && agent < OTHER_USERS ? OTHER_USERS : FIRST_USER;
  }

  static SecurityContext security(long user) {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withPrivileged(false)
        .withReadOnlyRootFilesystem(true)
        .withRunAsNonRoot(true)
        .withRunAsUser(user)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  static ResourceRequirements resources(String requestedMemory, String mostMemory) {
    return new ResourceRequirementsBuilder()
        .withRequests(Map.of("cpu", new Quantity("20m"), "memory", new Quantity(requestedMemory)))
        .withLimits(Map.of("cpu", new Quantity("500m"), "memory", new Quantity(mostMemory)))
        .build();
  }
}
