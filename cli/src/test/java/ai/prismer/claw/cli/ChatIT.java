package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.cli.chat.ForwardingKubelet;
import ai.prismer.claw.cli.chat.RunningGateway;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A person's words on their way through a real API server, with a real token, to the project's own
 * gateway: the kubelet between the two is this test's, and so are the operator's hands.
 */
class ChatIT {
  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  @TempDir Path folder;
  private RunningGateway gateway;
  private ForwardingKubelet kubelet;
  private String namespace;
  private Path person;

  @BeforeEach
  void aNodeWithAGateway() throws Exception {
    Path certificates = server.certificates();
    assumeTrue(certificates != null, "the API server has kubelets of its own");
    gateway = new RunningGateway(folder);
    kubelet = ForwardingKubelet.start(gateway.port(), KubeletCertificate.context(certificates));
    namespace = server.namespace();
    person = person("person", "admin", "k8s4claw-edit", "k8s4claw-view");
    server
        .admin()
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName("node-of-" + namespace)
                .endMetadata()
                .withNewStatus()
                .addNewAddress("127.0.0.1", "InternalIP")
                .withNewDaemonEndpoints()
                .withNewKubeletEndpoint(kubelet.getPort())
                .endDaemonEndpoints()
                .endStatus()
                .build())
        .create();
  }

  @AfterEach
  void theNodeGoes() throws Exception {
    if (kubelet != null) {
      server.admin().nodes().withName("node-of-" + namespace).delete();
      kubelet.stop();
      gateway.close();
    }
  }

  @Test
  void anAgentAnswersAndItsTokenIsNowhereToBeSeen() {
    create("talker", "{runtime: openclaw}");
    token("talker");
    pod("talker");

    Program chat = claw("chat", "talker", "how", "do", "you", "do?", "--session", "agent:main:it");

    assertThat(chat.exitCode()).as(chat.err()).isZero();
    assertThat(chat.out()).isEqualTo("Good day to you." + System.lineSeparator());
    assertThat(chat.err()).isEmpty();
    assertThat(gateway.model().requests().getFirst().transcript()).contains("user: how do you do?");
    assertThat(kubelet.asked()).singleElement().asString().contains("talker-0", "18900");
  }

  @Test
  void whoCannotBeTalkedToIsSaidToBeSoWithTheNextStep() {
    create("talker", "{runtime: openclaw}");
    Program absent = claw("chat", "nobody", "hello");
    Program noPod = claw("chat", "talker", "hello");
    create("other", "{runtime: custom, customRuntime: {image: x}}");
    Program custom = claw("chat", "other", "hello");
    create("asleep", "{runtime: openclaw, suspend: true}");
    Program suspended = claw("chat", "asleep", "hello");

    assertThat(absent.err()).contains("there is no Claw nobody in namespace " + namespace);
    assertThat(noPod.err())
        .isEqualTo(
            lines(
                "error: talker has no pod",
                "next: kubectl claw status talker -n " + namespace + " says why"));
    assertThat(custom.err())
        .isEqualTo(
            lines(
                "error: other has the runtime custom, and only agents of the runtime openclaw can be"
                    + " talked to in this way"));
    assertThat(suspended.err())
        .isEqualTo(
            lines("error: asleep is suspended", "next: kubectl claw wake asleep -n " + namespace));
    assertThat(Stream.of(absent, noPod, custom, suspended)).allMatch(run -> run.exitCode() == 1);
  }

  @Test
  void withoutItsOwnTokenOrARunningAgentNothingIsForwarded() {
    create("talker", "{runtime: openclaw}");
    Pod pod = pod("talker");
    Program tokenless = claw("chat", "talker", "hello");
    apply(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: talker-token, namespace: NS}
        stringData: {token: of-somebody-else}
        """);
    Program foreign = claw("chat", "talker", "hello");
    state(pod, new ContainerState());
    Program stopped = claw("chat", "talker", "hello");

    assertThat(tokenless.err()).startsWith("error: there is no Secret talker-token of talker");
    assertThat(foreign.err()).isEqualTo(tokenless.err());
    assertThat(stopped.err()).startsWith("error: the agent in pod talker-0 is not running");
    assertThat(kubelet.asked()).isEmpty();
  }

  @Test
  void whoMayOnlyLookIsToldWhatIsMissing() throws Exception {
    create("talker", "{runtime: openclaw}");
    token("talker");
    pod("talker");
    Path viewer = person("viewer", "view", "k8s4claw-view");

    Program chat = Program.run("chat", "talker", "hello", "--kubeconfig", viewer.toString());

    assertThat(chat.exitCode()).isEqualTo(1);
    assertThat(chat.err())
        .isEqualTo(
            lines(
                "error: you may not read Secret talker-token, which holds the token of the gateway",
                "next: kubectl auth can-i get secret/talker-token -n " + namespace));
    assertThat(kubelet.asked()).isEmpty();
  }

  private void create(String name, String spec) {
    apply(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: NAME, namespace: NS}
        spec: SPEC
        """
            .replace("NAME", name)
            .replace("SPEC", spec));
  }

  private void token(String claw) {
    apply(
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: NAME-token
          namespace: NS
          ownerReferences:
          - {apiVersion: claw.prismer.ai/v1alpha1, kind: Claw, name: NAME, uid: UID, controller: true}
        stringData: {token: TOKEN}
        """
            .replace("NAME", claw)
            .replace("UID", uid(claw))
            .replace("TOKEN", RunningGateway.TOKEN));
  }

  /** The pod that the operator and a node would make, as far as the verb looks at it. */
  private Pod pod(String claw) {
    apply(
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata:
          name: NAME
          namespace: NS
          ownerReferences:
          - {apiVersion: claw.prismer.ai/v1alpha1, kind: Claw, name: NAME, uid: UID, controller: true}
        spec:
          serviceName: NAME
          selector: {matchLabels: {app.kubernetes.io/instance: NAME}}
          template:
            metadata: {labels: {app.kubernetes.io/instance: NAME}}
            spec:
              nodeName: node-of-NS
              containers: [{name: runtime, image: x}]
        """
            .replace("NAME", claw)
            .replace("UID", uid(claw)));
    Pod made =
        Objects.requireNonNull(
            server
                .admin()
                .pods()
                .inNamespace(namespace)
                .withName(claw + "-0")
                .waitUntilCondition(Objects::nonNull, 60, TimeUnit.SECONDS));
    return state(made, new ContainerStateBuilder().withNewRunning("2026-01-01T00:00:00Z").build());
  }

  /** What the kubelet says of the agent's container. */
  private Pod state(Pod pod, ContainerState state) {
    return server
        .admin()
        .resource(pod)
        .editStatus(now ->
            new PodBuilder(now)
                .editOrNewStatus()
                .withPhase("Running")
                .withContainerStatuses()
                .addNewContainerStatus()
                .withName("runtime")
                .withImage("x")
                .withImageID("x")
                .withReady(true)
                .withRestartCount(0)
                .withState(state)
                .endContainerStatus()
                .endStatus()
                .build());
  }

  private String uid(String claw) {
    return server
        .admin()
        .resources(Claw.class)
        .inNamespace(namespace)
        .withName(claw)
        .get()
        .getMetadata()
        .getUid();
  }

  private Path person(String name, String... roles) throws Exception {
    Path file =
        TokenKubeconfig.write(
            folder.resolve(name), server.configForServiceAccount(namespace, name), namespace);
    for (String role : roles) {
      apply(
          """
          apiVersion: rbac.authorization.k8s.io/v1
          kind: RoleBinding
          metadata: {name: NAME-ROLE, namespace: NS}
          roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ROLE}
          subjects: [{kind: ServiceAccount, name: NAME, namespace: NS}]
          """
              .replace("NAME", name)
              .replace("ROLE", role));
    }
    return file;
  }

  private Program claw(String... words) {
    return Program.run(
        Stream.concat(Stream.of(words), Stream.of("--kubeconfig", person.toString()))
            .toArray(String[]::new));
  }

  private static String lines(String... lines) {
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  private void apply(String yaml) {
    server.apply(
        new ByteArrayInputStream(yaml.replace("NS", namespace).getBytes(StandardCharsets.UTF_8)));
  }
}
