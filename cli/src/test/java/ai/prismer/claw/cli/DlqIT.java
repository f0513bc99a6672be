package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.prismer.claw.cli.ExecKubelet.Ending;
import ai.prismer.claw.cli.chat.Typist;
import ai.prismer.claw.contract.BusClient;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
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
  private KubeconfigUser person;
  private AgentNode node;

  @BeforeEach
  void anAgentWithABusOnANode() throws Exception {
    Path certificates = server.certificates();
    assumeTrue(certificates != null, "the API server has kubelets of its own");
    kubelet = ExecKubelet.start(certificates);
    namespace = server.namespace();
    person = KubeconfigUser.admin(server, namespace, folder);
    node = new AgentNode(server, namespace, kubelet.getPort());
    server.apply(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: my-agent, namespace: %s}
        spec: {runtime: openclaw}
        """
            .formatted(namespace));
    node.pod("my-agent", "[{name: ipc-bus, image: x, restartPolicy: Always}]");
  }

  @AfterEach
  void theNodeGoes() throws Exception {
    if (kubelet != null) {
      kubelet.stop();
    }
    if (node != null) {
      node.close();
    }
  }

  @Test
  void whatWasGivenUpIsListedAndSteersNoTerminal() throws Exception {
    kubelet.runs(words -> Ending.ok(LETTERS));

    Program table = person.claw("dlq", "list", "my-agent");
    JsonNode json = person.claw("dlq", "list", "my-agent", "-o", "json", "--last", "1").json();
    Program yaml = person.claw("-o", "yaml", "dlq", "list", "my-agent");

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

    Program shown = person.claw("dlq", "show", "my-agent", "9");
    JsonNode json = person.claw("dlq", "show", "my-agent", "9", "-o", "json").json();
    Program absent = person.claw("dlq", "show", "my-agent", "10");

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

    Program replay = person.claw("dlq", "replay", "my-agent", "9", "9");
    JsonNode purge = person.claw("dlq", "purge", "my-agent", "--all", "-o", "json").json();

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

    Program purge = person.claw(words);

    assertThat(purge.exitCode()).as(purge.err()).isZero();
    assertThat(kubelet.asked().stream().map(List::size).toList())
        .containsExactly(
            command("dlq", "purge").size() + BusClient.MOST_IDS,
            command("dlq", "purge", "201").size());
  }

  @Test
  void whoSitsAtATerminalIsAskedBeforeAPurge() {
    kubelet.runs(words -> Ending.ok("purged 1\n"));

    Program refused = person.claw(new Typist("no"), "dlq", "purge", "my-agent", "9");
    Program agreed = person.claw(new Typist("purge"), "dlq", "purge", "my-agent", "9");
    Program unasked = person.claw(new Typist("no"), "dlq", "purge", "my-agent", "9", "--yes");

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("nothing was purged");
    assertThat(agreed.exitCode()).as(agreed.err()).isZero();
    assertThat(unasked.exitCode()).isZero();
    assertThat(kubelet.asked()).hasSize(2);
  }

  @Test
  void whatTheBusSaysIsBelievedNoFurtherThanItsBounds() {
    kubelet.runs(words -> Ending.refused("bus: there is no dead letter 7\u001b[2J\n"));
    Program refused = person.claw("dlq", "replay", "my-agent", "7");
    kubelet.runs(words -> Ending.ok("hello\n"));
    Program nonsense = person.claw("dlq", "list", "my-agent");
    kubelet.runs(words -> Ending.ok("x".repeat(17 << 20)));
    Program flood = person.claw("dlq", "list", "my-agent");

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
    KubeconfigUser viewer = KubeconfigUser.viewer(server, namespace, folder);

    Program forbidden = viewer.claw("dlq", "list", "my-agent");

    assertThat(forbidden.exitCode()).isEqualTo(1);
    assertThat(forbidden.err())
        .contains("you may not run programs in pods of namespace " + namespace)
        .contains("next: kubectl auth can-i create pods/exec -n " + namespace);
    assertThat(kubelet.asked()).isEmpty();
  }

  private static List<String> command(String... words) {
    return Stream.concat(BusClient.COMMAND.stream(), Stream.of(words)).toList();
  }
}
