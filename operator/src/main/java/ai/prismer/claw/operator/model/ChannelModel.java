package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.channel.ChannelSpec;
import ai.prismer.claw.api.channel.ChannelType;
import ai.prismer.claw.api.channel.Sidecar;
import ai.prismer.claw.api.channel.SidecarPort;
import ai.prismer.claw.api.rules.Channels;
import ai.prismer.claw.api.spec.ContainerResources;
import ai.prismer.claw.api.spec.EnvironmentVariable;
import ai.prismer.claw.contract.BusPaths;
import ai.prismer.claw.contract.ChannelEnvironment;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The sidecar of one channel. It sees its own socket of the bus and nothing of the agent. */
final class ChannelModel {

  private static final String WEBHOOK = "webhook";
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private ChannelModel() {}

  static String container(PodChannel channel) {
    return Keys.CHANNEL_CONTAINER_PREFIX + channel.name();
  }

  /** The volume that holds the channel's socket; container names and volumes do not collide. */
  static String volume(PodChannel channel) {
    return container(channel);
  }

  /** Ports that somebody outside the pod needs to reach, by name. */
  static Map<String, Integer> ports(ChannelSpec spec) {
    Map<String, Integer> ports = new LinkedHashMap<>();
    Integer listen = spec.type() == ChannelType.WEBHOOK ? Channels.listenPort(spec) : null;
    if (listen != null) {
      ports.put(WEBHOOK, listen);
    }
    Sidecar sidecar = spec.sidecar();
    List<SidecarPort> more =
        sidecar == null || sidecar.ports() == null ? List.of() : sidecar.ports();
    for (SidecarPort port : more) {
      if (!ports.containsValue(port.containerPort())) {
        ports.putIfAbsent(port.name(), port.containerPort());
      }
    }
    return ports;
  }

  /**
   * The port on which the sidecar says how it is: any webhook, and the built-in ones of other
   * types. What an image of somebody else listens to is not known.
   */
  private static @Nullable Integer probed(ChannelSpec spec) {
    boolean builtIn = spec.sidecar() == null || spec.sidecar().image() == null;
    return spec.type() == ChannelType.WEBHOOK || builtIn ? Channels.listenPort(spec) : null;
  }

  static Container container(PodChannel channel, long user) {
    Sidecar sidecar = channel.spec().sidecar();
    Integer http = probed(channel.spec());
    Probe liveness = Probes.of(sidecar == null ? null : sidecar.livenessProbe());
    Probe readiness = Probes.of(sidecar == null ? null : sidecar.readinessProbe());
    return new ContainerBuilder()
        .withName(container(channel))
        .withImage(channel.image())
        .withImagePullPolicy("IfNotPresent")
        .withRestartPolicy(Sidecars.NATIVE)
        .withPorts(ContainerModel.ports(ports(channel.spec())))
        .withEnv(environment(channel))
        .withResources(resources(channel.spec()))
        .withStartupProbe(http == null ? null : Probes.listening(http))
        .withLivenessProbe(
            liveness != null || http == null ? liveness : Probes.http("/healthz", http))
        .withReadinessProbe(
            readiness != null || http == null ? readiness : Probes.http("/readyz", http))
        .withSecurityContext(Sidecars.security(user))
        .withVolumeMounts(
            new VolumeMountBuilder()
                .withName(volume(channel))
                .withMountPath(BusPaths.RUN_DIR)
                .build())
        .build();
  }

  /**
   * The operator's variables win over the sidecar's own, and both over entries of the Secret, which
   * are only ever referred to.
   */
  private static List<EnvVar> environment(PodChannel channel) {
    Map<String, String> plain = new LinkedHashMap<>();
    Sidecar sidecar = channel.spec().sidecar();
    List<EnvironmentVariable> own =
        sidecar == null || sidecar.env() == null ? List.of() : sidecar.env();
    own.forEach(
        variable -> plain.put(variable.name(), variable.value() == null ? "" : variable.value()));
    JsonNode config = channel.spec().config();
    plain.put(ChannelEnvironment.NAME, channel.name());
    plain.put(ChannelEnvironment.TYPE, channel.spec().type().wireName());
    plain.put(ChannelEnvironment.MODE, channel.mode().wireName());
    plain.put(
        ChannelEnvironment.CONFIG, config == null || config.isNull() ? "{}" : config.toString());
    plain.put(ChannelEnvironment.SOCKET, BusPaths.CHANNEL_SOCKET);
    List<EnvVar> variables = new ArrayList<>();
    plain.forEach(
        (name, value) -> variables.add(new EnvVar(name, ContainerModel.literal(value), null)));
    for (String key : channel.secretKeys()) {
      if (VARIABLE.matcher(key).matches() && !plain.containsKey(key)) {
        variables.add(
            new EnvVarBuilder()
                .withName(key)
                .withNewValueFrom()
                .withNewSecretKeyRef()
                .withName(channel.secret())
                .withKey(key)
                .endSecretKeyRef()
                .endValueFrom()
                .build());
      }
    }
    return variables;
  }

  private static ResourceRequirements resources(ChannelSpec spec) {
    Sidecar sidecar = spec.sidecar();
    ContainerResources given =
        sidecar == null || sidecar.resources() == null ? spec.resources() : sidecar.resources();
    return given == null ? usual(spec.type()) : requirements(given);
  }

  private static ResourceRequirements requirements(ContainerResources given) {
    return new ResourceRequirementsBuilder()
        .withRequests(given.requests())
        .withLimits(given.limits())
        .build();
  }

  private static ResourceRequirements usual(ChannelType type) {
    return switch (type) {
      case WEBHOOK -> Sidecars.resources("64Mi", "96Mi");
      case SLACK, DISCORD, TELEGRAM, MATRIX, WHATSAPP, CUSTOM ->
          Sidecars.resources("112Mi", "160Mi");
    };
  }
}
