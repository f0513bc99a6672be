package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.channel.ChannelSpec;
import ai.prismer.claw.api.rules.Channels;
import ai.prismer.claw.api.spec.Bridge;
import ai.prismer.claw.api.spec.SecretKeyReference;
import ai.prismer.claw.contract.BusEnvironment;
import ai.prismer.claw.contract.BusMetrics;
import ai.prismer.claw.contract.BusPaths;
import ai.prismer.claw.contract.Gateway;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The message bus of a pod with channels. */
final class BusModel {

  /** Port of the probes, of the metrics and of the drain. */
  static final int HEALTH_PORT = BusMetrics.PORT;

  private static final String HEALTH = "bus-health";
  private static final String VOLUME_JOURNAL = "bus-journal";
  private static final String VOLUME_ADMIN = "bus-admin";
  private static final String VOLUME_TOKEN = "bridge-token";
  private static final String VOLUME_RUNTIME_SOCKET = "runtime-socket";
  private static final String VOLUME_MAILBOX = "mailbox";
  private static final String VOLUME_WORKSPACE = "workspace";

  /**
   * Seconds of a stop in which the bus waits for turns that are out. The agent has gone before, so
   * few come back; the rest of {@link Sidecars#DRAIN_SECONDS} is the channels'.
   */
  private static final int GRACE_SECONDS = 5;

  /**
   * So that a busy bus comes closer to the limit of {@link Sidecars#resources}, beyond which the
   * kernel stops it for half of every 100 ms: a quarter less processor at 5,000 messages a second.
   */
  private static final int ROUNDS_PER_SECOND = 1000;

  private static final int HELD_ANSWERS = 64;
  private static final int PRIVATE = 0440;

  private BusModel() {}

  static Container container(Claw claw, RuntimeProfile profile, PodChannels channels, long user) {
    return new ContainerBuilder()
        .withName(Keys.BUS_CONTAINER)
        .withImage(channels.busImage())
        .withImagePullPolicy("IfNotPresent")
        .withRestartPolicy(Sidecars.NATIVE)
        .withPorts(
            new ContainerPortBuilder()
                .withName(HEALTH)
                .withContainerPort(HEALTH_PORT)
                .withProtocol("TCP")
                .build())
        .withEnv(environment(claw, profile, channels))
        .withResources(Sidecars.resources("48Mi", "128Mi"))
        .withStartupProbe(Probes.started("/startupz", HEALTH_PORT))
        .withLivenessProbe(Probes.http("/healthz", HEALTH_PORT))
        .withReadinessProbe(Probes.http("/readyz", HEALTH_PORT))
        .withSecurityContext(Sidecars.security(user))
        .withVolumeMounts(mounts(claw, channels))
        .build();
  }

  private static List<EnvVar> environment(Claw claw, RuntimeProfile profile, PodChannels channels) {
    BridgeAddress bridge = BridgeAddress.of(claw.getSpec(), profile);
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put(
        BusEnvironment.CHANNELS,
        channels.channels().stream().map(BusModel::channel).collect(Collectors.joining(";")));
    variables.put(BusEnvironment.BRIDGE, bridge.protocol().wireName());
    variables.put(BusEnvironment.RUNTIME, bridge.address());
    String model = ConfigModel.model(claw);
    if (bridge.asksForAModel() && model != null) {
      variables.put(BusEnvironment.MODEL, model);
    }
    if (BridgeAddress.hasToken(claw.getSpec())) {
      variables.put(BusEnvironment.TOKEN_FILE, Gateway.TOKEN_FILE);
    }
    variables.put(BusEnvironment.JOURNAL_SIZE, JournalClaim.usable(claw));
    variables.put(BusEnvironment.GRACE, Integer.toString(GRACE_SECONDS));
    variables.put(BusEnvironment.HEALTH_PORT, Integer.toString(HEALTH_PORT));
    variables.put(BusEnvironment.ROUNDS_PER_SECOND, Integer.toString(ROUNDS_PER_SECOND));
    return variables.entrySet().stream()
        .map(variable -> new EnvVar(variable.getKey(), variable.getValue(), null))
        .toList();
  }

  private static String channel(PodChannel channel) {
    return channel.name()
        + "="
        + channel.mode().wireName()
        + inFlight(channel.spec())
        + ",buffer="
        + Channels.bufferSize(channel.spec())
        + ",high="
        + Channels.highWatermark(channel.spec())
        + ",low="
        + Channels.lowWatermark(channel.spec());
  }

  /**
   * An answer that waits to be fetched is a delivery in flight. With one at a time, which is the
   * default because it keeps the order, one that nobody fetches would hold up all others.
   */
  private static String inFlight(ChannelSpec spec) {
    return Channels.holdsAnswers(spec)
        ? ",inFlight=" + Math.min(HELD_ANSWERS, Channels.bufferSize(spec))
        : "";
  }

  private static List<VolumeMount> mounts(Claw claw, PodChannels channels) {
    List<VolumeMount> mounts = new ArrayList<>();
    mounts.add(mount(VOLUME_JOURNAL, BusPaths.JOURNAL_DIR, false));
    mounts.add(mount(VOLUME_ADMIN, BusPaths.ADMIN_DIR, false));
    if (BridgeAddress.hasToken(claw.getSpec())) {
      mounts.add(
          mount(
              token(claw) == null ? PodModel.VOLUME_GATEWAY_TOKEN : VOLUME_TOKEN,
              Gateway.TOKEN_DIR,
              true));
    }
    if (BridgeAddress.isSocket(claw.getSpec())) {
      mounts.add(mount(VOLUME_RUNTIME_SOCKET, BusPaths.RUNTIME_SOCKET_DIR, false));
    }
    if (BridgeAddress.isMailbox(claw.getSpec())) {
      mounts.add(
          mount(VOLUME_MAILBOX, BusPaths.MAILBOX_DIR + "/" + BusPaths.MAILBOX_INBOUND, false));
      mounts.add(
          mount(VOLUME_WORKSPACE, BusPaths.MAILBOX_DIR + "/" + BusPaths.MAILBOX_WORKSPACE, false));
    }
    for (PodChannel channel : channels.channels()) {
      mounts.add(
          mount(ChannelModel.volume(channel), BusPaths.CHANNELS_DIR + "/" + channel.name(), false));
    }
    return mounts;
  }

  private static VolumeMount mount(String volume, String path, boolean readOnly) {
    VolumeMountBuilder mount = new VolumeMountBuilder().withName(volume).withMountPath(path);
    return readOnly ? mount.withReadOnly(true).build() : mount.build();
  }

  static List<Volume> volumes(Claw claw) {
    List<Volume> volumes = new ArrayList<>();
    VolumeBuilder journal = new VolumeBuilder().withName(VOLUME_JOURNAL);
    volumes.add(
        Channels.ephemeral(claw.getSpec())
            ? journal
                .withNewEmptyDir()
                .withSizeLimit(Channels.journalSize(claw.getSpec()))
                .endEmptyDir()
                .build()
            : journal
                .withNewPersistentVolumeClaim()
                .withClaimName(Names.journal(claw))
                .endPersistentVolumeClaim()
                .build());
    volumes.add(empty(VOLUME_ADMIN));
    SecretKeyReference token = token(claw);
    if (token != null) {
      volumes.add(
          new VolumeBuilder()
              .withName(VOLUME_TOKEN)
              .withNewSecret()
              .withSecretName(token.name())
              .withDefaultMode(PRIVATE)
              .withItems(new KeyToPath(token.key(), null, Gateway.TOKEN_KEY))
              .endSecret()
              .build());
    }
    if (BridgeAddress.isSocket(claw.getSpec())) {
      volumes.add(empty(VOLUME_RUNTIME_SOCKET));
    }
    if (BridgeAddress.isMailbox(claw.getSpec())) {
      volumes.add(empty(VOLUME_MAILBOX));
      volumes.add(empty(VOLUME_WORKSPACE));
    }
    return volumes;
  }

  private static Volume empty(String name) {
    return new VolumeBuilder().withName(name).withNewEmptyDir().endEmptyDir().build();
  }

  private static @Nullable SecretKeyReference token(Claw claw) {
    Bridge bridge = claw.getSpec().bridge();
    return bridge == null ? null : bridge.tokenSecretRef();
  }

  /** What the runtime shares with the bus; empty where it listens on a port. */
  static List<VolumeMount> runtimeMounts(Claw claw, PodChannels channels) {
    if (channels.isEmpty()) {
      return List.of();
    }
    if (BridgeAddress.isSocket(claw.getSpec())) {
      return List.of(mount(VOLUME_RUNTIME_SOCKET, BusPaths.RUN_DIR, false));
    }
    return BridgeAddress.isMailbox(claw.getSpec()) ? mailbox() : List.of();
  }

  /**
   * The working folder, and in it the one file of the bus's, which is there because the bus has
   * started before. Not the bus's folder: what the runtime put beside that file, the bus would
   * trust.
   */
  private static List<VolumeMount> mailbox() {
    return List.of(
        mount(VOLUME_WORKSPACE, BusPaths.WORKSPACE, false),
        new VolumeMountBuilder(
                mount(VOLUME_MAILBOX, BusPaths.WORKSPACE + "/" + BusPaths.MAILBOX_FILE, true))
            .withSubPath(BusPaths.MAILBOX_FILE)
            .build());
  }

  /**
   * Before the runtime is stopped the bus takes nothing in any more and lets the turn that is out
   * come back. The kubelet asks, so no shell is needed in the runtime's image; null without a bus.
   */
  static @Nullable Lifecycle drain(PodChannels channels) {
    return channels.isEmpty()
        ? null
        : new LifecycleBuilder()
            .withNewPreStop()
            .withNewHttpGet()
            .withPath("/drain")
            .withPort(new IntOrString(HEALTH_PORT))
            .endHttpGet()
            .endPreStop()
            .build();
  }
}
