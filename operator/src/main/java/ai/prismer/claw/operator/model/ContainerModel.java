package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.spec.Capability;
import ai.prismer.claw.api.spec.ContainerSecurity;
import ai.prismer.claw.api.spec.Security;
import ai.prismer.claw.contract.Environment;
import ai.prismer.claw.contract.Gateway;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The container that runs the agent. */
final class ContainerModel {

  /** Where Kubernetes' own clients look for a token. */
  private static final String API_TOKEN_DIR = "/var/run/secrets/kubernetes.io/serviceaccount";

  private ContainerModel() {}

  static Container runtime(Claw claw, RuntimeProfile profile, Circumstances circumstances) {
    return new ContainerBuilder()
        .withName(Keys.RUNTIME_CONTAINER)
        .withImage(profile.image())
        .withImagePullPolicy(Defaulting.imagePullPolicy(claw.getSpec()).name())
        .withCommand(profile.command())
        .withArgs(profile.args())
        .withPorts(ports(profile.ports()))
        .withEnv(environment(claw, profile, circumstances))
        .withEnvFrom(secrets(claw))
        .withResources(EffectiveResources.of(claw))
        .withStartupProbe(profile.startup())
        .withLivenessProbe(profile.liveness())
        .withReadinessProbe(profile.readiness())
        .withLifecycle(BusModel.drain(circumstances.channels()))
        .withSecurityContext(security(claw))
        .withVolumeMounts(mounts(claw, circumstances))
        .build();
  }

  static List<ContainerPort> ports(Map<String, Integer> byName) {
    return byName.entrySet().stream()
        .map(port ->
            new ContainerPortBuilder()
                .withName(port.getKey())
                .withContainerPort(port.getValue())
                .withProtocol("TCP")
                .build())
        .toList();
  }

  /**
   * Plain variables, later ones over earlier ones: the agent's configuration, the runtime's, the
   * operator's. A variable that the credentials Secret holds as well is left out, because
   * Kubernetes lets {@code env} win over {@code envFrom} and a key in Git must not win over the
   * Secret. Only the two that name the Claw cannot be taken by anything.
   */
  private static List<EnvVar> environment(
      Claw claw, RuntimeProfile profile, Circumstances circumstances) {
    Map<String, String> variables = new LinkedHashMap<>(Defaulting.environment(claw.getSpec()));
    variables.putAll(profile.environment());
    circumstances.credentialKeys().forEach(variables::remove);
    variables.put(Environment.CLAW_NAME, claw.getMetadata().getName());
    variables.put(Environment.CLAW_NAMESPACE, claw.getMetadata().getNamespace());
    return variables.entrySet().stream()
        .map(variable -> new EnvVar(variable.getKey(), literal(variable.getValue()), null))
        .toList();
  }

  /** A value is plain text: {@code $(NAME)} in it must not read another variable. */
  static String literal(String value) {
    return value.replace("$(", "$$(");
  }

  private static List<EnvFromSource> secrets(Claw claw) {
    return Names.referencedSecrets(claw).stream()
        .map(name ->
            new EnvFromSourceBuilder().withNewSecretRef().withName(name).endSecretRef().build())
        .toList();
  }

  private static SecurityContext security(Claw claw) {
    Security security = claw.getSpec().security();
    ContainerSecurity container = security == null ? null : security.containerSecurityContext();
    List<String> added =
        container == null || container.addCapabilities() == null
            ? List.of()
            : container.addCapabilities().stream().map(Capability::name).distinct().toList();
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withPrivileged(false)
        .withReadOnlyRootFilesystem(PodModel.readOnlyRoot(claw))
        .withRunAsNonRoot(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .withAdd(added)
        .endCapabilities()
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  private static List<VolumeMount> mounts(Claw claw, Circumstances circumstances) {
    List<VolumeMount> mounts = new ArrayList<>();
    mounts.add(readOnly(PodModel.VOLUME_CONFIG, Gateway.CONFIG_DIR));
    mounts.add(readOnly(PodModel.VOLUME_GATEWAY_TOKEN, Gateway.TOKEN_DIR));
    mounts.add(writable(PodModel.VOLUME_TMP, Gateway.TMP_DIR));
    mounts.add(writable(PodModel.VOLUME_SESSION, Gateway.SESSION_DIR));
    if (circumstances.mountToken()) {
      mounts.add(readOnly(PodModel.VOLUME_API_TOKEN, API_TOKEN_DIR));
    }
    mounts.addAll(BusModel.runtimeMounts(claw, circumstances.channels()));
    return mounts;
  }

  private static VolumeMount readOnly(String volume, String path) {
    return new VolumeMountBuilder(writable(volume, path)).withReadOnly(true).build();
  }

  private static VolumeMount writable(String volume, String path) {
    return new VolumeMountBuilder().withName(volume).withMountPath(path).build();
  }
}
