package ai.prismer.claw.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.Condition;
import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.operator.model.KubeletWords;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What tests of a whole operator share: a namespace of their own, operators under the chart's real
 * account, and the part of a kubelet that sets a pod's status.
 */
final class Bed implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(30);

  final KubernetesClient admin;
  final String namespace;
  private final ApiServer server;
  private final InstalledChart chart;
  private final List<ClawOperator> operators = new ArrayList<>();

  Bed(ApiServer server, InstalledChart chart) {
    this.server = server;
    this.chart = chart;
    this.admin = server.admin();
    this.namespace = server.namespace();
  }

  ClawOperator operator(Interceptor... interceptors) {
    return operator(
        new OperatorConfiguration(null, null, null, null, null, null, null, false, 0, null),
        interceptors);
  }

  ClawOperator operator(OperatorConfiguration configuration, Interceptor... interceptors) {
    return start(
        server.configForServiceAccount(chart.namespace(), "k8s4claw"), configuration, interceptors);
  }

  ClawOperator operatorThrough(Config connection) {
    return start(
        connection,
        new OperatorConfiguration(null, null, null, null, null, null, null, false, 0, null));
  }

  private ClawOperator start(
      Config connection, OperatorConfiguration configuration, Interceptor... interceptors) {
    ClawOperator operator =
        ClawOperator.start(
            new ClawOperator.Setting(
                connection,
                configuration,
                chart.namespace(),
                "operator-" + operators.size(),
                Clock.systemUTC(),
                new SecureRandom(),
                List.of(interceptors)));
    operators.add(operator);
    return operator;
  }

  @Override
  public void close() {
    operators.reversed().forEach(ClawOperator::close);
    admin.resources(Claw.class).inNamespace(namespace).delete();
    // Without an operator nobody removes the finalizer.
    admin
        .resources(Claw.class)
        .inNamespace(namespace)
        .list()
        .getItems()
        .forEach(claw ->
            admin
                .resource(claw)
                .edit(left -> {
                  left.getMetadata().setFinalizers(List.of());
                  return left;
                }));
  }

  /** Creates objects; {@code NS} in the text is the namespace. */
  void make(String yaml) {
    server.apply(yaml.replace("NS", namespace));
  }

  void secret(String name, Map<String, String> entries) {
    admin
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withStringData(entries)
                .build())
        .create();
  }

  Resource<Claw> claw(String name) {
    return admin.resources(Claw.class).inNamespace(namespace).withName(name);
  }

  void awaitPhase(String name, Phase phase) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          Claw claw = claw(name).get();
          assertThat(claw.getStatus()).as("status of %s", name).isNotNull();
          assertThat(claw.getStatus().phase())
              .as("phase of %s, conditions %s", name, claw.getStatus().conditions())
              .isEqualTo(phase);
          assertThat(claw.getStatus().observedGeneration())
              .isEqualTo(claw.getMetadata().getGeneration());
        });
  }

  /** Waits until a condition is as the check wants it. */
  void awaitCondition(String name, String type, Consumer<Condition> check) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          Optional<Condition> found = condition(name, type);
          assertThat(found).as("condition %s of %s", type, name).isPresent();
          check.accept(found.get());
        });
  }

  Optional<Condition> condition(String name, String type) {
    Claw claw = claw(name).get();
    return claw.getStatus() == null || claw.getStatus().conditions() == null
        ? Optional.empty()
        : claw.getStatus().conditions().stream()
            .filter(condition -> condition.type().equals(type))
            .findFirst();
  }

  Pod pod(String name) {
    return await()
        .atMost(PATIENCE)
        .until(() -> admin.pods().inNamespace(namespace).withName(name).get(), Bed::stays);
  }

  private static boolean stays(Pod pod) {
    return pod != null && !pod.isMarkedForDeletion();
  }

  /** The kubelet says that a pod's sidecars have started and are ready. */
  void markSidecarsReady(String name) {
    said(name, KubeletWords::sidecarsReady);
  }

  /** The kubelet says that a pod runs and is ready. */
  Pod markReady(String name) {
    return said(name, KubeletWords::running);
  }

  private Pod said(String name, UnaryOperator<Pod> words) {
    pod(name);
    return admin.pods().inNamespace(namespace).withName(name).editStatus(words);
  }

  /** The Claw and everything labelled as its child, with their versions. */
  Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    children()
        .forEach(child ->
            versions.put(
                child.getKind() + "/" + child.getMetadata().getName(),
                child.getMetadata().getResourceVersion()));
    admin
        .resources(Claw.class)
        .inNamespace(namespace)
        .list()
        .getItems()
        .forEach(claw ->
            versions.put(
                "Claw/" + claw.getMetadata().getName(), claw.getMetadata().getResourceVersion()));
    return versions;
  }

  /** Everything that carries our label, but for pods and what Kubernetes derives. */
  Stream<HasMetadata> children() {
    String label = "app.kubernetes.io/managed-by";
    String value = "k8s4claw";
    return Stream.of(
            admin.apps().statefulSets().inNamespace(namespace).withLabel(label, value).list(),
            admin.services().inNamespace(namespace).withLabel(label, value).list(),
            admin.secrets().inNamespace(namespace).withLabel(label, value).list(),
            admin.configMaps().inNamespace(namespace).withLabel(label, value).list(),
            admin.serviceAccounts().inNamespace(namespace).withLabel(label, value).list(),
            admin
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .withLabel(label, value)
                .list(),
            admin
                .policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(namespace)
                .withLabel(label, value)
                .list(),
            admin.rbac().roles().inNamespace(namespace).withLabel(label, value).list(),
            admin.rbac().roleBindings().inNamespace(namespace).withLabel(label, value).list())
        .flatMap(list -> list.getItems().stream())
        .map(HasMetadata.class::cast);
  }

  /** Waits until nothing is written for a while. */
  void quiet(Wire wire) {
    AtomicInteger seen = new AtomicInteger(-1);
    await()
        .during(Duration.ofMillis(500))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> {
          int now = wire.writesTo(namespace).size();
          return seen.getAndSet(now) == now;
        });
  }

  Secret token(String claw) {
    return admin.secrets().inNamespace(namespace).withName(claw + "-token").get();
  }
}
