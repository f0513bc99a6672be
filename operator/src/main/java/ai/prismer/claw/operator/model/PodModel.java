package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.spec.PodSecurity;
import ai.prismer.claw.api.spec.Security;
import ai.prismer.claw.contract.Gateway;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pod of a Claw. It passes Pod Security {@code restricted}, never shares a process namespace
 * (that would show one container the environment of another), and holds no token of its account
 * unless the agent may use one.
 */
final class PodModel {

  static final String VOLUME_CONFIG = "config";
  static final String VOLUME_TMP = "tmp";
  static final String VOLUME_SESSION = "session";
  static final String VOLUME_GATEWAY_TOKEN = "token";
  static final String VOLUME_API_TOKEN = "api-access";

  /** Seconds until a token expires; the kubelet renews it, and the API server allows no less. */
  private static final long API_TOKEN_SECONDS = 600;

  /** Owner and group may read, nobody else. */
  private static final int PRIVATE = 0440;

  private PodModel() {}

  static PodTemplateSpec template(Claw claw, RuntimeProfile profile, Circumstances circumstances) {
    PodTemplateSpec template =
        new PodTemplateSpecBuilder()
            .withNewMetadata()
            .withLabels(Labels.of(claw))
            .withAnnotations(marks(claw, circumstances))
            .endMetadata()
            .withNewSpec()
            .withServiceAccountName(Names.serviceAccount(claw))
            .withAutomountServiceAccountToken(false)
            .withEnableServiceLinks(false)
            .withTerminationGracePeriodSeconds(
                (long) profile.graceSeconds() + Sidecars.drainSeconds(circumstances.channels()))
            .withSecurityContext(security(claw))
            .withImagePullSecrets(pullSecrets(claw))
            .withInitContainers(Sidecars.containers(claw, profile, circumstances.channels()))
            .withContainers(ContainerModel.runtime(claw, profile, circumstances))
            .withVolumes(volumes(claw, circumstances))
            .endSpec()
            .build();
    template.getMetadata().getAnnotations().put(Keys.TEMPLATE_HASH, hash(template));
    return template;
  }

  /**
   * Hash of the template without the resources of the runtime: those can change on a running pod,
   * so a difference in them alone is judged on the pod itself.
   */
  private static String hash(PodTemplateSpec template) {
    PodTemplateSpec bare = new PodTemplateSpecBuilder(template).build();
    bare.getSpec().getContainers().forEach(container -> container.setResources(null));
    return Canonical.hash(bare);
  }

  private static Map<String, String> marks(Claw claw, Circumstances circumstances) {
    Map<String, String> marks = new LinkedHashMap<>();
    marks.put(Marks.CONFIG_HASH, Canonical.hash(ConfigModel.file(claw)));
    if (circumstances.secretMark() != null) {
      marks.put(Marks.SECRET_HASH, circumstances.secretMark());
    }
    Long restart = Layer.restart(claw);
    if (restart != null) {
      marks.put(Keys.RESTART, restart.toString());
    }
    return marks;
  }

  private static PodSecurityContext security(Claw claw) {
    Security security = claw.getSpec().security();
    PodSecurity pod = security == null ? null : security.podSecurityContext();
    return new PodSecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(or(pod == null ? null : pod.runAsUser()))
        .withRunAsGroup(or(pod == null ? null : pod.runAsGroup()))
        .withFsGroup(or(pod == null ? null : pod.fsGroup()))
        .withFsGroupChangePolicy("OnRootMismatch")
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  private static long or(@Nullable Long value) {
    return value == null ? RuntimeDefaults.USER : value;
  }

  private static List<LocalObjectReference> pullSecrets(Claw claw) {
    return claw.getSpec().imagePullSecrets() == null
        ? List.of()
        : claw.getSpec().imagePullSecrets().stream()
            .map(reference -> new LocalObjectReference(reference.name()))
            .distinct()
            .toList();
  }

  private static List<Volume> volumes(Claw claw, Circumstances circumstances) {
    List<Volume> volumes = new ArrayList<>();
    volumes.add(
        new VolumeBuilder()
            .withName(VOLUME_CONFIG)
            .withNewConfigMap()
            .withName(Names.configMap(claw))
            .endConfigMap()
            .build());
    volumes.add(
        new VolumeBuilder()
            .withName(VOLUME_GATEWAY_TOKEN)
            .withNewSecret()
            .withSecretName(Names.tokenSecret(claw))
            .withDefaultMode(PRIVATE)
            .withItems(new KeyToPath(Gateway.TOKEN_KEY, null, Gateway.TOKEN_KEY))
            .endSecret()
            .build());
    volumes.add(empty(VOLUME_TMP));
    volumes.add(empty(VOLUME_SESSION));
    if (circumstances.mountToken()) {
      volumes.add(apiAccess());
    }
    volumes.addAll(Sidecars.volumes(claw, circumstances.channels()));
    return volumes;
  }

  private static Volume empty(String name) {
    return new VolumeBuilder().withName(name).withNewEmptyDir().endEmptyDir().build();
  }

  private static Volume apiAccess() {
    return new VolumeBuilder()
        .withName(VOLUME_API_TOKEN)
        .withNewProjected()
        .withDefaultMode(PRIVATE)
        .addNewSource()
        .withNewServiceAccountToken()
        .withExpirationSeconds(API_TOKEN_SECONDS)
        .withPath("token")
        .endServiceAccountToken()
        .endSource()
        .addNewSource()
        .withNewConfigMap()
        .withName("kube-root-ca.crt")
        .withItems(new KeyToPath("ca.crt", null, "ca.crt"))
        .endConfigMap()
        .endSource()
        .addNewSource()
        .withNewDownwardAPI()
        .addNewItem()
        .withPath("namespace")
        .withNewFieldRef()
        .withApiVersion("v1")
        .withFieldPath("metadata.namespace")
        .endFieldRef()
        .endItem()
        .endDownwardAPI()
        .endSource()
        .endProjected()
        .build();
  }

  static boolean readOnlyRoot(Claw claw) {
    return Defaulting.readOnlyRootFilesystem(claw.getSpec());
  }
}
