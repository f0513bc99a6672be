package ai.prismer.claw.operator.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ChildrenTest {

  private static final Circumstances USUAL =
      new Circumstances(
          "gateway:1",
          "key.mark",
          Set.of(),
          List.of(new Circumstances.Endpoint("192.0.2.7", 6443)),
          Set.of("cloud/role"),
          true,
          false);

  @Test
  void theWorkloadComesLastSoThatNoPodStartsWithoutItsPolicy() {
    List<HasMetadata> children = Children.of(Claws.openclaw(), USUAL, List.of());

    assertThat(children)
        .extracting(child -> child.getKind() + " " + child.getMetadata().getName())
        .containsExactly(
            "NetworkPolicy my-agent-netpol",
            "ServiceAccount my-agent",
            "ConfigMap my-agent-config",
            "Service my-agent",
            "PodDisruptionBudget my-agent",
            "StatefulSet my-agent");
  }

  @Test
  void everyChildHasTheLabelsAndTheClawAsItsController() {
    for (HasMetadata child : Children.of(Claws.openclaw(), USUAL, List.of(role()))) {
      assertThat(child.getMetadata().getNamespace()).isEqualTo("team");
      assertThat(child.getMetadata().getLabels())
          .containsEntry("app.kubernetes.io/name", "claw")
          .containsEntry("app.kubernetes.io/instance", "my-agent")
          .containsEntry("app.kubernetes.io/component", "agent")
          .containsEntry("app.kubernetes.io/part-of", "k8s4claw")
          .containsEntry("app.kubernetes.io/managed-by", "k8s4claw")
          .containsEntry("claw.prismer.ai/runtime", "openclaw")
          .containsEntry("claw.prismer.ai/instance", "my-agent");
      assertThat(child.getMetadata().getOwnerReferences())
          .singleElement()
          .satisfies(owner -> {
            assertThat(owner.getUid()).isEqualTo("claw-uid");
            assertThat(owner.getController()).isTrue();
            assertThat(owner.getBlockOwnerDeletion()).isTrue();
          });
    }
  }

  @Test
  void thePodPassesTheRestrictedProfile() {
    PodSpec pod = pod(Claws.openclaw(), USUAL);

    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(1000);
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getShareProcessNamespace()).isNull();
    assertThat(pod.getHostNetwork()).isNull();
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    var container = pod.getContainers().getFirst().getSecurityContext();
    assertThat(container.getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getCapabilities().getAdd()).isEmpty();
  }

  @Test
  void thePodMountsConfigurationTokenAndTwoWritableFolders() {
    PodSpec pod = pod(Claws.openclaw(), USUAL);

    assertThat(pod.getContainers().getFirst().getVolumeMounts())
        .extracting(mount -> mount.getMountPath() + " " + mount.getReadOnly())
        .containsExactly(
            "/etc/claw true", "/etc/claw-token true", "/tmp null", "/var/lib/claw/session null");
    assertThat(pod.getVolumes())
        .extracting(Volume::getName)
        .containsExactly("config", "token", "tmp", "session");
  }

  @Test
  void aTokenOfTheAccountIsMountedOnlyWhereTheAgentMayUseOne() {
    Circumstances asking =
        new Circumstances("gateway:1", null, Set.of(), USUAL.apiServer(), Set.of(), true, true);

    PodSpec pod = pod(Claws.openclaw(), asking);

    assertThat(pod.getVolumes().getLast().getProjected().getSources().getFirst())
        .satisfies(source ->
            assertThat(source.getServiceAccountToken().getExpirationSeconds()).isEqualTo(600));
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
  }

  @Test
  void modelAndSystemPromptAndEnvironmentReachTheRuntime() {
    Claw claw =
        Claws.of(
            """
            spec:
              runtime: openclaw
              config: {model: m, systemPrompt: be kind, environment: {A: "1", B: "$(A)"}}
            """);

    assertThat(environment(claw, USUAL))
        .containsEntry("OPENCLAW_MODE", "gateway")
        .containsEntry("OPENCLAW_MODEL", "m")
        .containsEntry("OPENCLAW_SYSTEM_PROMPT", "be kind")
        .containsEntry("A", "1")
        .as("a value is plain text")
        .containsEntry("B", "$$(A)")
        .containsEntry("CLAW_NAME", "my-agent")
        .containsEntry("CLAW_NAMESPACE", "team");
  }

  @Test
  void theSecretWinsOverPlainVariablesButNotOverTheNameOfTheClaw() {
    Claw claw =
        Claws.of(
            """
            spec:
              runtime: openclaw
              config: {environment: {OPENAI_API_KEY: from-git, A: "1"}}
              credentials: {secretRef: {name: keys}}
            """);
    Circumstances circumstances =
        new Circumstances(
            "gateway:1",
            null,
            Set.of("OPENAI_API_KEY", "CLAW_NAME"),
            List.of(),
            Set.of(),
            true,
            false);

    assertThat(environment(claw, circumstances))
        .doesNotContainKey("OPENAI_API_KEY")
        .containsEntry("A", "1")
        .containsEntry("CLAW_NAME", "my-agent");
    assertThat(pod(claw, circumstances).getContainers().getFirst().getEnvFrom())
        .singleElement()
        .satisfies(source -> assertThat(source.getSecretRef().getName()).isEqualTo("keys"));
  }

  @Test
  void aCustomRuntimeIsWhatTheSpecSays() {
    Claw claw =
        Claws.of(
            """
            spec:
              runtime: custom
              customRuntime:
                image: hog:1
                command: [/hog]
                args: [--fast]
                env: [{name: SIZE, value: 3Mi}]
                ports: [{name: metrics, containerPort: 9000}, {name: gateway, containerPort: 9001}]
                healthProbe: {httpGet: {path: /health, port: 9000}}
                readinessProbe: {tcpSocket: {port: 9001}, periodSeconds: 1}
                resources: {limits: {memory: 64Mi}}
                gracefulShutdownSeconds: 5
            """);

    PodSpec pod = pod(claw, USUAL);
    Container container = pod.getContainers().getFirst();

    assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(5);
    assertThat(container.getImage()).isEqualTo("hog:1");
    assertThat(container.getCommand()).containsExactly("/hog");
    assertThat(container.getArgs()).containsExactly("--fast");
    assertThat(container.getStartupProbe()).isNull();
    assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/health");
    assertThat(container.getReadinessProbe().getPeriodSeconds()).isEqualTo(1);
    assertThat(container.getResources().getLimits()).containsOnlyKeys("memory");
    assertThat(environment(claw, USUAL))
        .containsEntry("SIZE", "3Mi")
        .doesNotContainKey("OPENCLAW_MODE");
    assertThat(child(claw, Service.class).getSpec().getPorts())
        .singleElement()
        .satisfies(port -> {
          assertThat(port.getName()).isEqualTo("gateway");
          assertThat(port.getPort()).isEqualTo(9001);
        });
  }

  @Test
  void theTemplateHashIgnoresResourcesAndNothingElse() {
    String plain = templateHash(Claws.openclaw(), USUAL);

    assertThat(
            templateHash(
                Claws.of("spec: {runtime: openclaw, resources: {limits: {memory: 9Gi}}}\n"), USUAL))
        .isEqualTo(plain);
    assertThat(templateHash(Claws.of("spec: {runtime: openclaw, image: other}\n"), USUAL))
        .isNotEqualTo(plain);
    assertThat(templateHash(Claws.of("spec: {runtime: openclaw, config: {a: 1}}\n"), USUAL))
        .as("the configuration file")
        .isNotEqualTo(plain);
    assertThat(
            templateHash(
                Claws.openclaw(),
                new Circumstances(
                    "gateway:1", "key.other", Set.of(), List.of(), Set.of(), true, false)))
        .as("a Secret")
        .isNotEqualTo(plain);
  }

  @Test
  void suspendedOrForbiddenClawsHaveNoPod() {
    Circumstances forbidden =
        new Circumstances("gateway:1", null, Set.of(), List.of(), Set.of(), false, false);

    assertThat(replicas(Claws.openclaw(), USUAL)).isEqualTo(1);
    assertThat(replicas(Claws.of("spec: {runtime: openclaw, suspend: true}\n"), USUAL)).isZero();
    assertThat(replicas(Claws.openclaw(), forbidden)).isZero();
  }

  @Test
  void withOneReplicaAnOldMinAvailableOfOneIsReadAsTheDefault() {
    assertThat(budget("")).isEqualTo("max 1");
    assertThat(budget("  availability: {pdb: {minAvailable: 1}}\n")).isEqualTo("max 1");
    assertThat(budget("  availability: {pdb: {minAvailable: 0}}\n")).isEqualTo("min 0");
    assertThat(budget("  availability: {pdb: {maxUnavailable: 0}}\n")).isEqualTo("max 0");
    assertThat(
            Children.of(
                Claws.of("spec: {runtime: openclaw, availability: {pdb: {enabled: false}}}\n"),
                USUAL,
                List.of()))
        .noneMatch(PodDisruptionBudget.class::isInstance);
  }

  @Test
  void aNamedAccountIsUsedAndNotMade() {
    Claw claw = Claws.of("spec: {runtime: openclaw, serviceAccount: {name: robot}}\n");

    assertThat(Children.of(claw, USUAL, List.of())).noneMatch(ServiceAccount.class::isInstance);
    assertThat(pod(claw, USUAL).getServiceAccountName()).isEqualTo("robot");
    assertThat(
            Children.slots(
                Claws.of("spec: {runtime: openclaw, serviceAccount: {name: my-agent}}\n")))
        .as("an account that is still in use is not taken away")
        .noneMatch(slot -> slot.kind().equals(ServiceAccount.class));
  }

  @Test
  void annotationsOfTheAccountNeedTheClustersConsent() {
    Claw claw =
        Claws.of(
            """
            spec:
              runtime: openclaw
              serviceAccount: {annotations: {cloud/role: reader, cloud/admin: "true"}}
            """);

    assertThat(child(claw, ServiceAccount.class).getMetadata().getAnnotations())
        .isEqualTo(Map.of("cloud/role", "reader"));
    assertThat(Children.violations(claw, USUAL.serviceAccountAnnotations()))
        .singleElement()
        .satisfies(
            violation -> assertThat(violation.toString()).contains("cloud/admin", "cloud/role"));
  }

  @Test
  void exposingAnAgentWithoutAPortIsRefused() {
    Claw claw =
        Claws.of("spec: {runtime: custom, customRuntime: {image: a}, expose: {service: true}}\n");

    assertThat(Children.violations(claw, Set.of()))
        .singleElement()
        .satisfies(violation -> assertThat(violation.field()).isEqualTo("spec.expose.service"));
  }

  @Test
  void objectsOfOtherRoomsBecomeChildren() {
    assertThat(Children.of(Claws.openclaw(), USUAL, List.of(role())))
        .filteredOn(Role.class::isInstance)
        .singleElement()
        .satisfies(made -> assertThat(made.getMetadata().getOwnerReferences()).hasSize(1));
  }

  @Test
  void theConfigurationFileIsTheConfigAsWritten() {
    assertThat(
            child(Claws.of("spec: {runtime: openclaw, config: {a: [1]}}\n"), ConfigMap.class)
                .getData())
        .hasEntrySatisfying(
            "config.json", file -> assertThat(file).isEqualToIgnoringWhitespace("{\"a\":[1]}"));
    assertThat(child(Claws.openclaw(), ConfigMap.class).getData())
        .containsEntry("config.json", "{}");
  }

  private static Role role() {
    return new RoleBuilder().withNewMetadata().withName("my-agent").endMetadata().build();
  }

  private static String budget(String rest) {
    var spec =
        child(Claws.of("spec:\n  runtime: openclaw\n" + rest), PodDisruptionBudget.class).getSpec();
    return spec.getMaxUnavailable() == null
        ? "min " + spec.getMinAvailable().getIntVal()
        : "max " + spec.getMaxUnavailable().getIntVal();
  }

  private static int replicas(Claw claw, Circumstances circumstances) {
    return workload(claw, circumstances).getSpec().getReplicas();
  }

  private static String templateHash(Claw claw, Circumstances circumstances) {
    return Objects.requireNonNull(
        workload(claw, circumstances)
            .getSpec()
            .getTemplate()
            .getMetadata()
            .getAnnotations()
            .get(Keys.TEMPLATE_HASH));
  }

  private static Map<String, String> environment(Claw claw, Circumstances circumstances) {
    return pod(claw, circumstances).getContainers().getFirst().getEnv().stream()
        .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
  }

  private static PodSpec pod(Claw claw, Circumstances circumstances) {
    return workload(claw, circumstances).getSpec().getTemplate().getSpec();
  }

  private static StatefulSet workload(Claw claw, Circumstances circumstances) {
    return (StatefulSet) Children.of(claw, circumstances, List.of()).getLast();
  }

  private static <T extends HasMetadata> T child(Claw claw, Class<T> kind) {
    return Children.of(claw, USUAL, List.of()).stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .findFirst()
        .orElseThrow();
  }
}
