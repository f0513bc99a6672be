package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.cli.ExecKubelet.Ending;
import ai.prismer.claw.cli.output.Terminal;
import ai.prismer.claw.contract.BusClient;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dead letters, asked for with a person's token through a real API server, which hands the {@code
 * exec} on to the kubelet of the pod's node; behind that kubelet stands this test, as the bus.
 */
class DlqIT {
  private static final String LETTERS =
      """
      {"id":3,"channel":"slack","direction":"outbound","attempts":5,"died":"2026-01-01T00:00:00Z","reason":"\\u001b[2Jgone \\u202eyes","bytes":120}
      {"id":9,"channel":"web","direction":"inbound","attempts":1,"died":"2026-01-01T00:00:00Z","reason":"broken","bytes":80}
      """;

  private static final String MESSAGE =
      """
      {"id":"m-9","type":"message","channel":"web","correlationId":"q-1","payload":{"text":"first\\u001b]0;owned\\u0007\\nsecond LONG"}}
      """
          .replace("LONG", "x".repeat(5000));

  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  @TempDir Path folder;
  private ExecKubelet kubelet;
  private String namespace;
  private Path person;

  @BeforeEach
  void anAgentWithABusOnANode() throws Exception {
    Path certificates = server.certificates();
    assumeTrue(certificates != null, "the API server has kubelets of its own");
    kubelet = ExecKubelet.start(certificates);
    namespace = server.namespace();
    person = person("person", "admin", "k8s4claw-edit", "k8s4claw-view");
    String node = "node-of-" + namespace;
    server
        .admin()
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(node)
                .endMetadata()
                .withNewStatus()
                .addNewAddress("127.0.0.1", "InternalIP")
                .withNewDaemonEndpoints()
                .withNewKubeletEndpoint(kubelet.getPort())
                .endDaemonEndpoints()
                .endStatus()
                .build())
        .create();
    apply(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: my-agent, namespace: NS}
        spec: {runtime: openclaw}
        """);
    agent("ipc-bus", node);
  }

  @AfterEach
  void theNodeGoes() throws Exception {
    if (kubelet != null) {
      kubelet.stop();
    }
    server.admin().nodes().withName("node-of-" + namespace).delete();
  }

  @Test
  void whatWasGivenUpIsListedAndSteersNoTerminal() throws Exception {
    kubelet.runs(words -> Ending.ok(LETTERS));

    Program table = claw("dlq", "list", "my-agent");
    JsonNode json = json(claw("dlq", "list", "my-agent", "-o", "json", "--last", "1"));
    Program yaml = claw("-o", "yaml", "dlq", "list", "my-agent");

    assertThat(table.exitCode()).as(table.err()).isZero();
    assertThat(table.out())
        .containsPattern("ID +CHANNEL +DIRECTION +ATTEMPTS +BYTES +GIVEN UP +REASON")
        .containsPattern(
            "3 +slack +outbound +5 +120 +[0-9]+d ago +\\\\u\\{1b}\\[2Jgone \\\\u\\{202e}yes")
        .containsPattern("9 +web +inbound +1 +80 +[0-9]+d ago +broken")
        .doesNotContain("\u001b", "\u202e");
    assertThat(json.at("/kept").asInt()).isEqualTo(2);
    assertThat(json.at("/deadLetters/0/id").asInt()).isEqualTo(9);
    assertThat(json.at("/deadLetters").size()).isEqualTo(1);
    assertThat(yaml.out()).contains("reason: ").doesNotContain("\u001b", "\u202e");
    assertThat(kubelet.asked()).allMatch(command("dlq", "list")::equals).hasSize(3);
  }

  @Test
  void aLetterIsShownWithItsFactsAndTheBeginningOfItsText() throws Exception {
    kubelet.runs(words -> words.contains("show") ? Ending.ok(MESSAGE) : Ending.ok(LETTERS));

    Program shown = claw("dlq", "show", "my-agent", "9");
    JsonNode json = json(claw("dlq", "show", "my-agent", "9", "-o", "json"));
    Program absent = claw("dlq", "show", "my-agent", "10");

    assertThat(shown.exitCode()).as(shown.err()).isZero();
    assertThat(shown.out())
        .contains("message   m-9", "answers   q-1", "channel   web, inbound", "reason    broken")
        .contains("first\\u{1b}]0;owned\\u{7}", "\nsecond xxx")
        .doesNotContain("\u001b", "\u0007")
        .hasSizeLessThan(5000);
    assertThat(shown.err()).containsPattern("[0-9]+ characters more; -o json shows all");
    assertThat(json.at("/message/payload/text").asText()).endsWith("xxx").hasSizeGreaterThan(5000);
    assertThat(absent.exitCode()).isEqualTo(1);
    assertThat(absent.err()).contains("has no dead letter 10", "next: kubectl claw dlq list");
  }

  @Test
  void lettersAreReplayedAndPurgedByTheirIdsOrAllOfThem() throws Exception {
    kubelet.runs(words -> words.contains("list") ? Ending.ok(LETTERS) : Ending.ok("done\n"));

    Program replay = claw("dlq", "replay", "my-agent", "9", "9");
    JsonNode purge = json(claw("dlq", "purge", "my-agent", "--all", "-o", "json"));

    assertThat(replay.exitCode()).as(replay.err()).isZero();
    assertThat(replay.out()).startsWith("1 put back in line");
    assertThat(purge.at("/purged").asInt()).isEqualTo(2);
    assertThat(kubelet.asked())
        .containsExactly(
            command("dlq", "replay", "9"),
            command("dlq", "list"),
            command("dlq", "purge", "3", "9"));
  }

  @Test
  void manyLettersAreAskedForInParts() {
    kubelet.runs(words -> Ending.ok("purged\n"));
    String[] words =
        Stream.concat(
                Stream.of("dlq", "purge", "my-agent"),
                IntStream.rangeClosed(1, BusClient.MOST_IDS + 1).mapToObj(Integer::toString))
            .toArray(String[]::new);

    Program purge = claw(words);

    assertThat(purge.exitCode()).as(purge.err()).isZero();
    assertThat(kubelet.asked().stream().map(List::size).toList())
        .containsExactly(
            command("dlq", "purge").size() + BusClient.MOST_IDS,
            command("dlq", "purge", "201").size());
  }

  @Test
  void whoSitsAtATerminalIsAskedBeforeAPurge() {
    kubelet.runs(words -> Ending.ok("purged 1\n"));

    Program refused = at("no", "dlq", "purge", "my-agent", "9");
    Program agreed = at("purge", "dlq", "purge", "my-agent", "9");
    Program unasked = at("no", "dlq", "purge", "my-agent", "9", "--yes");

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("nothing was purged");
    assertThat(agreed.exitCode()).as(agreed.err()).isZero();
    assertThat(unasked.exitCode()).isZero();
    assertThat(kubelet.asked()).hasSize(2);
  }

  @Test
  void whatTheBusSaysIsBelievedNoFurtherThanItsBounds() {
    kubelet.runs(words -> Ending.refused("bus: there is no dead letter 7\u001b[2J\n"));
    Program refused = claw("dlq", "replay", "my-agent", "7");
    kubelet.runs(words -> Ending.ok("hello\n"));
    Program nonsense = claw("dlq", "list", "my-agent");
    kubelet.runs(words -> Ending.ok("x".repeat(17 << 20)));
    Program flood = claw("dlq", "list", "my-agent");

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .startsWith("error: the bus of my-agent says: there is no dead letter 7\\u{1b}[2J");
    assertThat(nonsense.exitCode()).isEqualTo(1);
    assertThat(nonsense.err()).contains("the bus's answer is not what a bus answers");
    assertThat(flood.exitCode()).isEqualTo(1);
    assertThat(flood.err()).contains("answered with more than 16777216 bytes");
    assertThat(flood.out()).isEmpty();
  }

  @Test
  void whoMayNotRunProgramsInThePodIsToldSo() throws Exception {
    Path viewer = person("viewer", "view", "k8s4claw-view");

    Program forbidden = Program.run("dlq", "list", "my-agent", "--kubeconfig", viewer.toString());

    assertThat(forbidden.exitCode()).isEqualTo(1);
    assertThat(forbidden.err())
        .contains("you may not run programs in pods of namespace " + namespace)
        .contains("next: kubectl auth can-i create pods/exec -n " + namespace);
    assertThat(kubelet.asked()).isEmpty();
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

  /** The pod that the operator would make, as far as the verbs look at it. */
  private void agent(String sidecar, String node) {
    String uid =
        server
            .admin()
            .resources(Claw.class)
            .inNamespace(namespace)
            .withName("my-agent")
            .get()
            .getMetadata()
            .getUid();
    apply(
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata:
          name: my-agent
          namespace: NS
          ownerReferences:
          - {apiVersion: claw.prismer.ai/v1alpha1, kind: Claw, name: my-agent, uid: UID, controller: true}
        spec:
          serviceName: my-agent
          selector: {matchLabels: {app.kubernetes.io/instance: my-agent}}
          template:
            metadata: {labels: {app.kubernetes.io/instance: my-agent}}
            spec:
              nodeName: NODE
              initContainers: [{name: SIDECAR, image: x, restartPolicy: Always}]
              containers: [{name: runtime, image: x}]
        """
            .replace("UID", uid)
            .replace("NODE", node)
            .replace("SIDECAR", sidecar));
    Objects.requireNonNull(
        server
            .admin()
            .pods()
            .inNamespace(namespace)
            .withName("my-agent-0")
            .waitUntilCondition(Objects::nonNull, 60, TimeUnit.SECONDS));
  }

  private static List<String> command(String... words) {
    return Stream.concat(BusClient.COMMAND.stream(), Stream.of(words)).toList();
  }

  private Program claw(String... words) {
    return Program.run(
        Stream.concat(Stream.of(words), Stream.of("--kubeconfig", person.toString()))
            .toArray(String[]::new));
  }

  /** The same for somebody at a terminal who types this when asked. */
  private Program at(String answer, String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Terminal terminal =
        new Terminal() {
          @Override
          public boolean isThere() {
            return true;
          }

          @Override
          public Optional<String> line(String prompt) {
            return Optional.of(answer);
          }
        };
    int exitCode =
        Main.run(
            terminal,
            new PrintWriter(out),
            new PrintWriter(err),
            Stream.concat(Stream.of(words), Stream.of("--kubeconfig", person.toString()))
                .toArray(String[]::new));
    return new Program(exitCode, out.toString(), err.toString());
  }

  private static JsonNode json(Program program) throws Exception {
    assertThat(program.exitCode()).as(program.err()).isZero();
    return new JsonMapper().readTree(program.out());
  }

  private void apply(String yaml) {
    server.apply(
        new ByteArrayInputStream(yaml.replace("NS", namespace).getBytes(StandardCharsets.UTF_8)));
  }
}
