package ai.prismer.claw.testkit.chart;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChartIT {
  private static final String NAMESPACE = "claws";

  @RegisterExtension static final ApiServer server = new ApiServer();

  @TempDir Path folder;

  @Test
  void lintFindsNothing() {
    Helm.Result lint = Helm.run(List.of("lint", "--strict", Helm.chart().toString()));
    assertThat(lint.code()).as(lint.output() + lint.errors()).isZero();
  }

  @Test
  void noRoleHoldsAStarOrAWayToMoreRights() {
    for (PolicyRule rule : rules(render())) {
      assertThat(rule.getVerbs())
          .as(rule.toString())
          .doesNotContain("*", "escalate", "bind", "impersonate", "deletecollection");
      assertThat(rule.getResources()).noneMatch(resource -> resource.contains("*"));
      assertThat(rule.getApiGroups()).doesNotContain("*");
      if (rule.getResources().contains("serviceaccounts/token")) {
        assertThat(rule.getResourceNames()).containsExactly("k8s4claw-probe", "k8s4claw-metering");
      }
      if (rule.getResources().contains("pods")) {
        assertThat(rule.getVerbs()).doesNotContain("create", "patch", "update");
      }
    }
  }

  @Test
  void whoKubeletsSeeMayReadMeasurementsAndNothingElse() {
    List<ClusterRole> metering =
        of(ClusterRole.class, render()).stream()
            .filter(role -> role.getMetadata().getName().endsWith("-metering"))
            .toList();
    assertThat(metering)
        .singleElement()
        .satisfies(role ->
            assertThat(role.getRules())
                .singleElement()
                .satisfies(rule -> {
                  assertThat(rule.getResources()).containsExactly("nodes/metrics");
                  assertThat(rule.getVerbs()).containsExactly("get");
                }));
    assertThat(rules(render("--set", "metering.kubelet.enabled=false")))
        .noneMatch(rule -> rule.getResources().contains("nodes/metrics"));
  }

  @Test
  void theProbeHoldsPatchAndNothingElse() {
    List<ClusterRole> probe =
        of(ClusterRole.class, render()).stream()
            .filter(role -> role.getMetadata().getName().endsWith("-probe"))
            .toList();
    assertThat(probe).hasSize(1);
    assertThat(probe.getFirst().getRules())
        .singleElement()
        .satisfies(rule -> {
          assertThat(rule.getResources()).containsExactly("claws");
          assertThat(rule.getVerbs()).containsExactly("patch");
        });
  }

  @Test
  void editAndAdminManageAndViewDoesNot() {
    for (ClusterRole role : of(ClusterRole.class, render())) {
      Map<String, String> labels = role.getMetadata().getLabels();
      boolean manages =
          role.getRules().stream().anyMatch(rule -> rule.getVerbs().contains("manage"));
      assertThat(manages)
          .as(role.getMetadata().getName())
          .isEqualTo(
              labels.containsKey("rbac.authorization.k8s.io/aggregate-to-edit")
                  || labels.containsKey("rbac.authorization.k8s.io/aggregate-to-admin"));
    }
  }

  @Test
  void everyPolicyDeniesFailsClosedAndKnowsTheOperatorsName() {
    List<HasMetadata> rendered =
        render("--set", "serviceAccount.create=false", "--set", "serviceAccount.name=pilot");
    List<ValidatingAdmissionPolicy> policies = of(ValidatingAdmissionPolicy.class, rendered);
    assertThat(policies).hasSize(10);
    for (ValidatingAdmissionPolicy policy : policies) {
      assertThat(policy.getSpec().getFailurePolicy()).isEqualTo("Fail");
      assertThat(policy.toString()).doesNotContain(":k8s4claw\"");
    }
    assertThat(
            policies.stream()
                .filter(policy -> policy.toString().contains("system:serviceaccount:claws:pilot")))
        .hasSize(8);
    assertThat(of(ValidatingAdmissionPolicyBinding.class, rendered))
        .extracting(binding -> binding.getMetadata().getName())
        .containsExactlyInAnyOrderElementsOf(
            policies.stream().map(policy -> policy.getMetadata().getName()).toList());
    assertThat(of(ValidatingAdmissionPolicyBinding.class, rendered))
        .allSatisfy(binding -> {
          assertThat(binding.getSpec().getValidationActions()).containsExactly("Deny");
          assertThat(binding.getSpec().getPolicyName()).isEqualTo(binding.getMetadata().getName());
        });
  }

  @Test
  void definitionsAreTheGeneratedOnesAndAreKept() {
    List<CustomResourceDefinition> rendered = of(CustomResourceDefinition.class, render());
    assertThat(rendered).hasSize(4);
    for (CustomResourceDefinition definition : rendered) {
      assertThat(definition.getMetadata().getAnnotations())
          .containsEntry("helm.sh/resource-policy", "keep");
      assertThat(definition.getMetadata().getLabels())
          .containsEntry("app.kubernetes.io/managed-by", "Helm");
      Path file =
          Helm.chart()
              .resolve("files/crds/" + definition.getSpec().getNames().getPlural() + ".yaml");
      assertThat(definition.getSpec())
          .isEqualTo(((CustomResourceDefinition) load(read(file)).getFirst()).getSpec());
    }
    assertThat(of(CustomResourceDefinition.class, render("--set", "crds.install=false"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'',ghcr.io/prismer-ai/k8s4claw-operator:0.1.0,ghcr.io/prismer-ai/k8s4claw-openclaw:0.1.0",
    "mirror.example.org:5000/a,mirror.example.org:5000/a/prismer-ai/k8s4claw-operator:0.1.0,"
        + "mirror.example.org:5000/a/prismer-ai/k8s4claw-openclaw:0.1.0"
  })
  void oneSettingMovesEveryImageToAMirror(String registry, String operator, String openclaw) {
    List<HasMetadata> rendered = render("--set", "images.registry=" + registry);
    assertThat(podOf(rendered).getContainers().getFirst().getImage()).isEqualTo(operator);
    assertThat(configurationOf(rendered))
        .contains("openclaw: \"" + openclaw + "\"")
        .contains("bus: \"" + openclaw.replace("openclaw", "bus") + "\"")
        .contains("webhook: \"" + openclaw.replace("openclaw", "channel-webhook") + "\"")
        .contains("slack: \"" + openclaw.replace("openclaw", "channel-slack") + "\"")
        .contains("discord: \"" + openclaw.replace("openclaw", "channel-discord") + "\"");
  }

  @Test
  void anImageMayBeGivenByDigest() {
    String digest = "sha256:" + "0".repeat(64);
    assertThat(podOf(render("--set", "image.tag=" + digest)).getContainers().getFirst().getImage())
        .isEqualTo("ghcr.io/prismer-ai/k8s4claw-operator@" + digest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "replicas=2",
        "image.foo=bar",
        "image.tag=a b",
        "leaderElection.enabled=maybe",
        "confinement.probePeriod=soon",
        "leastPrivilege.allowedAccounts={nobody}",
        "workers=0",
        "networkPolicy.apiServerPorts={}"
      })
  void aValueThatMeansNothingIsRefused(String value) {
    assertThat(Helm.template(NAMESPACE, "--set", value).code()).isNotZero();
  }

  @Test
  void twoOperatorsNeedTheLeaseAndGetABudget() {
    assertThat(of(PodDisruptionBudget.class, render())).isEmpty();
    assertThat(of(PodDisruptionBudget.class, render("--set", "replicaCount=2"))).hasSize(1);
    Helm.Result without =
        Helm.template(
            NAMESPACE, "--set", "replicaCount=2", "--set", "leaderElection.enabled=false");
    assertThat(without.code()).isNotZero();
    assertThat(without.errors()).contains("leaderElection.enabled=true");
    assertThat(configurationOf(render("--set", "leaderElection.enabled=false")))
        .contains("leaderElection: false");
  }

  @Test
  void anAccountThatTheChartDoesNotMakeMustBeNamed() {
    Helm.Result unnamed = Helm.template(NAMESPACE, "--set", "serviceAccount.create=false");
    assertThat(unnamed.code()).isNotZero();
    assertThat(unnamed.errors()).contains("serviceAccount.name is required");
  }

  @Test
  void serversWithoutPoliciesGetNoneAndOlderOnesAreRefused() {
    assertThat(of(ValidatingAdmissionPolicy.class, render("--kube-version", "1.29.3"))).isEmpty();
    assertThat(of(ValidatingAdmissionPolicy.class, render("--kube-version", "1.30.0"))).hasSize(10);
    assertThat(Helm.template(NAMESPACE, "--kube-version", "1.27.9").code()).isNotZero();
    assertThat(
            of(ValidatingAdmissionPolicy.class, render("--set", "admissionPolicies.install=false")))
        .isEmpty();
  }

  @Test
  void thePodPassesPodSecurityRestricted() {
    String namespace = "restricted-" + System.nanoTime();
    server
        .admin()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    PodSpec spec = podOf(render());
    spec.setServiceAccountName(null);
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withName("operator")
            .endMetadata()
            .withSpec(spec)
            .build();
    assertThat(server.admin().resource(pod).inNamespace(namespace).dryRun().create()).isNotNull();
    server.admin().namespaces().withName(namespace).delete();
  }

  @Test
  void theMetricsServiceFindsThePod() {
    List<HasMetadata> rendered = render();
    Service service = of(Service.class, rendered).getFirst();
    Deployment deployment = of(Deployment.class, rendered).getFirst();
    assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(service.getSpec().getSelector());
    assertThat(podOf(rendered).getContainers().getFirst().getPorts())
        .anyMatch(port ->
            port.getName()
                .equals(service.getSpec().getPorts().getFirst().getTargetPort().getStrVal()));
  }

  @Test
  void valuesThatPlaceThePodArriveThereAndTheServerTakesEverything() {
    String namespace = server.namespace();
    String[] odd = {
      "--set",
      "nodeSelector.disk=ssd",
      "--set",
      "tolerations[0].operator=Exists",
      "--set",
      "affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight=1",
      "--set",
      "affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].key=a",
      "--set",
      "affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].operator=Exists",
      "--set",
      "nameOverride=pilot",
      "--set",
      "fullnameOverride=the-pilot",
      "--set",
      "replicaCount=2",
      "--set",
      "imagePullSecrets[0].name=pull",
      "--set",
      "networkPolicy.enabled=true",
      "--set",
      "authors.serviceAccountAnnotations={a.example/b,c}",
      "--set",
      "leastPrivilege.allowedAccounts={ci/runner}",
      "--set",
      "serviceAccount.annotations.x=y",
      "--set",
      "audit.signet.volume.persistentVolumeClaim.claimName=signet"
    };
    List<HasMetadata> rendered = render(odd);
    PodSpec pod = podOf(rendered);
    assertThat(pod.getNodeSelector()).containsEntry("disk", "ssd");
    assertThat(pod.getTolerations()).hasSize(1);
    assertThat(pod.getAffinity().getNodeAffinity()).isNotNull();
    assertThat(pod.getImagePullSecrets()).hasSize(1);
    assertThat(configurationOf(rendered))
        .contains(
            "allowedServiceAccounts: [\"ci/runner\"]",
            "serviceAccountAnnotations: [\"a.example/b\",\"c\"]",
            "command: /signet/signet",
            "home: /signet/home");
    assertThat(pod.getVolumes())
        .anyMatch(volume ->
            volume.getName().equals("signet") && volume.getPersistentVolumeClaim() != null);
    assertThat(pod.getContainers().getFirst().getVolumeMounts())
        .anyMatch(mount -> mount.getName().equals("signet") && mount.getReadOnly());
    assertThat(podOf(render()).getVolumes()).noneMatch(volume -> volume.getName().equals("signet"));
    assertThat(of(Deployment.class, rendered).getFirst().getMetadata().getName())
        .isEqualTo("the-pilot");
    for (HasMetadata item : rendered) {
      if (!(item instanceof CustomResourceDefinition)) {
        server.admin().resource(item).inNamespace(namespace).dryRun().serverSideApply();
      }
    }
  }

  @Test
  void itInstallsOverOldDefinitionsUpgradesAndLeavesAgentsWhenItGoes() throws IOException {
    String namespace = server.namespace();
    Path kubeconfig = Kubeconfig.write(server.adminConfig(), folder.resolve("kubeconfig"));
    String claw =
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: survivor, namespace: NS}
        spec: {runtime: openclaw}
        """
            .replace("NS", namespace);
    server.apply(claw);
    String chart = Helm.chart().toString();
    List<String> common = List.of("-n", namespace, "--kubeconfig", kubeconfig.toString());
    try {
      Helm.Result install =
          helm(common, "install", "k8s4claw", chart, "--take-ownership", "--force-conflicts");
      assertThat(install.output())
          .contains("kubectl get claw my-agent -w")
          .doesNotContain("WARNING");
      helm(common, "upgrade", "k8s4claw", chart, "--set", "workers=4");
      helm(common, "upgrade", "k8s4claw", chart, "--set", "workers=5");
      assertThat(
              server
                  .admin()
                  .configMaps()
                  .inNamespace(namespace)
                  .withName("k8s4claw")
                  .get()
                  .getData())
          .hasEntrySatisfying("config.yaml", text -> assertThat(text).contains("workers: 5"));
    } finally {
      helm(common, "uninstall", "k8s4claw");
    }
    assertThat(
            server
                .admin()
                .genericKubernetesResources("claw.prismer.ai/v1alpha1", "Claw")
                .inNamespace(namespace)
                .withName("survivor")
                .get())
        .isNotNull();
    assertThat(
            server
                .admin()
                .admissionRegistration()
                .v1()
                .validatingAdmissionPolicies()
                .list()
                .getItems())
        .noneMatch(policy -> policy.getMetadata().getName().startsWith("k8s4claw"));
  }

  private static Helm.Result helm(List<String> common, String... arguments) {
    Helm.Result result = Helm.run(Stream.concat(Stream.of(arguments), common.stream()).toList());
    assertThat(result.code()).as(String.join(" ", arguments) + ": " + result.errors()).isZero();
    return result;
  }

  private static List<HasMetadata> render(String... arguments) {
    Helm.Result result = Helm.template(NAMESPACE, arguments);
    assertThat(result.code()).as(result.errors()).isZero();
    return load(result.output());
  }

  private static List<HasMetadata> load(String yaml) {
    return server
        .admin()
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .items();
  }

  private static <T> List<T> of(Class<T> kind, List<HasMetadata> rendered) {
    return rendered.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static List<PolicyRule> rules(List<HasMetadata> rendered) {
    return Stream.concat(
            of(ClusterRole.class, rendered).stream()
                .filter(role -> !role.getMetadata().getName().matches(".*-(view|edit|admin)"))
                .map(ClusterRole::getRules),
            of(Role.class, rendered).stream().map(Role::getRules))
        .flatMap(List::stream)
        .toList();
  }

  private static PodSpec podOf(List<HasMetadata> rendered) {
    return of(Deployment.class, rendered).getFirst().getSpec().getTemplate().getSpec();
  }

  private static String configurationOf(List<HasMetadata> rendered) {
    return Objects.requireNonNull(
        of(ConfigMap.class, rendered).getFirst().getData().get("config.yaml"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
