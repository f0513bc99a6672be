package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.prismer.claw.cli.chat.ForwardingKubelet;
import ai.prismer.claw.cli.chat.RunningGateway;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.file.Path;
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
  private KubeconfigUser person;
  private AgentNode node;

  @BeforeEach
  void aNodeWithAGateway() throws Exception {
    Path certificates = server.certificates();
    assumeTrue(certificates != null, "the API server has kubelets of its own");
    gateway = new RunningGateway(folder);
    kubelet = ForwardingKubelet.start(gateway.port(), KubeletCertificate.context(certificates));
    namespace = server.namespace();
    person = KubeconfigUser.admin(server, namespace, folder);
    node = new AgentNode(server, namespace, kubelet.getPort());
  }

  @AfterEach
  void theNodeGoes() throws Exception {
    if (node != null) {
      node.close();
    }
    if (kubelet != null) {
      kubelet.stop();
      gateway.close();
    }
  }

  @Test
  void anAgentAnswersAndItsTokenIsNowhereToBeSeen() {
    create("talker", "{runtime: openclaw}");
    token("talker");
    pod("talker");

    Program chat =
        person.claw("chat", "talker", "how", "do", "you", "do?", "--session", "agent:main:it");

    assertThat(chat.exitCode()).as(chat.err()).isZero();
    assertThat(chat.out()).isEqualTo("Good day to you." + System.lineSeparator());
    assertThat(chat.err()).isEmpty();
    assertThat(gateway.model().requests().getFirst().transcript()).contains("user: how do you do?");
    assertThat(kubelet.asked()).singleElement().asString().contains("talker-0", "18900");
  }

  @Test
  void whoCannotBeTalkedToIsSaidToBeSoWithTheNextStep() {
    create("talker", "{runtime: openclaw}");
    Program absent = person.claw("chat", "nobody", "hello");
    Program noPod = person.claw("chat", "talker", "hello");
    create("other", "{runtime: custom, customRuntime: {image: x}}");
    Program custom = person.claw("chat", "other", "hello");
    create("asleep", "{runtime: openclaw, suspend: true}");
    Program suspended = person.claw("chat", "asleep", "hello");

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
    Program tokenless = person.claw("chat", "talker", "hello");
    token("talker", "[]", "of-somebody-else");
    Program foreign = person.claw("chat", "talker", "hello");
    state(pod, new ContainerState());
    Program stopped = person.claw("chat", "talker", "hello");

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
    KubeconfigUser viewer = KubeconfigUser.viewer(server, namespace, folder);

    Program chat = viewer.claw("chat", "talker", "hello");

    assertThat(chat.exitCode()).isEqualTo(1);
    assertThat(chat.err())
        .isEqualTo(
            lines(
                "error: you may not read Secret talker-token, which holds the token of the gateway",
                "next: kubectl auth can-i get secret/talker-token -n " + namespace));
    assertThat(kubelet.asked()).isEmpty();
  }

  private void create(String name, String spec) {
    server.apply(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: %s, namespace: %s}
        spec: %s
        """
            .formatted(name, namespace, spec));
  }

  private void token(String claw) {
    token(claw, "[" + node.owner(claw) + "]", RunningGateway.TOKEN);
  }

  private void token(String claw, String owners, String token) {
    server.apply(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: %s-token, namespace: %s, ownerReferences: %s}
        stringData: {token: %s}
        """
            .formatted(claw, namespace, owners, token));
  }

  /** The pod, with its agent running. */
  private Pod pod(String claw) {
    return state(
        node.pod(claw, "[]"),
        new ContainerStateBuilder().withNewRunning("2026-01-01T00:00:00Z").build());
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

  private static String lines(String... lines) {
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }
}
