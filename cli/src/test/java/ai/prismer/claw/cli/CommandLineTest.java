package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line itself: what is accepted where, what help says, and the exit codes. */
class CommandLineTest {
  @TempDir Path folder;

  @Test
  void theVersionIsTheOneOfTheBuild() {
    assertThat(Program.run("version").out())
        .matches("kubectl-claw [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?\\R");
    assertThat(Program.run("version", "-o", "json").out()).contains("\"version\" : \"0.");
  }

  @Test
  void optionsMayStandBeforeBetweenAndAfterTheVerbs() {
    String expected = Program.run("version", "-o", "json").out();

    assertThat(Program.run("-o", "json", "version").out()).isEqualTo(expected);
    assertThat(Program.run("-n", "x", "-o", "json", "version", "--context", "y").out())
        .isEqualTo(expected);
    assertThat(Program.run("-o=json", "audit", "verify", "-n", "x", "file").exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "audit",
        "unknown",
        "audit unknown",
        "version extra",
        "version --unknown",
        "version -o yaml",
        "audit verify",
        "audit verify a b --key x",
        "audit verify file",
        "audit verify file --key nonsense",
        "audit verify file --key @missing",
        "audit verify missing --key KEY",
        "audit verify missing --key KEY --checkpoint missing",
        "audit verify file --key KEY --min-size -1",
        "audit verify file --key KEY --min-size many",
        "audit verify file --key KEY -o yaml",
        "audit export -o json",
        "audit export extra",
        "audit key --kubeconfig missing",
        "audit key -n",
        "audit replay file",
        "audit prove file",
        "audit log file --last 0",
        "audit log file --claw nonsense",
        "audit prune",
        "audit prune --below 0",
        "audit key -A --kubeconfig missing",
        "version -A",
        "status a b",
        "status -o wide",
        "status -A -n x",
        "status a -A",
        "status -A --kubeconfig missing",
        "ops",
        "ops a -A",
        "ops a -o name",
        "undo a --timeout soon",
        "undo not/a/name",
        "adopt a -o table",
        "logs a -o json",
        "logs a -f -p",
        "logs a --tail -1",
        "chat",
        "chat a",
        "chat a hello -o json",
        "chat a hello -A",
        "chat a hello --timeout 0s",
        "chat a hello --timeout 61m",
        "chat a hello --timeout soon",
        "chat a hello --session=",
        "chat not/a/name hello",
        "chat a hello --kubeconfig missing",
        "can-i",
        "pause",
        "approve",
        "approve a -o json",
        "dlq",
        "dlq list",
        "dlq list a b",
        "dlq list a --last 0",
        "dlq list a -o name",
        "dlq list a -A",
        "dlq show a",
        "dlq show a x",
        "dlq replay a",
        "dlq replay a 1 --all",
        "dlq purge a",
        "dlq purge a -1",
        "install",
        "install --print -n not/a/name",
        "install --print -o json",
        "completion -o json",
      })
  void aWrongCommandLineIsExitCode2AndSaysWhy(String line) throws Exception {
    Files.writeString(folder.resolve("file"), "x");
    String text =
        line.replace("KEY", new SampleLog(0).key.verifier().text())
            .replace("missing", folder.resolve("missing").toString())
            .replace(" file", " " + folder.resolve("file"));

    Program program = Program.run(text.isEmpty() ? new String[0] : text.split(" "));

    assertThat(program.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(program.err()).startsWith("error: ").doesNotContain("Exception:", "\tat ");
    assertThat(program.out()).isEmpty();
  }

  @Test
  void aCommandLineWithoutAVerbShowsTheVerbs() {
    assertThat(Program.run().err()).contains("audit", "version", "--kubeconfig");
    assertThat(Program.run("audit").err()).contains("export", "verify", "key");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "audit ",
        "audit export ",
        "audit verify ",
        "audit key ",
        "audit keys ",
        "audit log ",
        "audit replay ",
        "audit prove ",
        "audit rotate ",
        "audit prune ",
        "version ",
        "status ",
        "ops ",
        "undo ",
        "adopt ",
        "thaw ",
        "pause ",
        "resume ",
        "suspend ",
        "wake ",
        "can-i ",
        "logs ",
        "events ",
        "escalations ",
        "approve ",
        "reject ",
        "chat ",
        "dlq ",
        "dlq list ",
        "dlq show ",
        "dlq replay ",
        "dlq purge ",
        "install ",
        "uninstall ",
        "completion ",
      })
  void helpIsShownForEveryVerbAndIsNoError(String verb) {
    Program program = Program.run((verb + "--help").split(" "));

    assertThat(program.exitCode()).isZero();
    assertThat(program.out()).startsWith("Usage: kubectl claw");
    assertThat(program.err()).isEmpty();
    assertThat(Program.run((verb + "-h").split(" "))).isEqualTo(program);
  }

  @Test
  void whatTalksToNoClusterDoesNotOfferToChooseOne() {
    for (String[] offline :
        new String[][] {
          {"version", "--help"}, {"audit", "verify", "--help"}, {"completion", "--help"}
        }) {
      assertThat(Program.run(offline).out())
          .doesNotContain("--kubeconfig", "--context", "--namespace");
    }
    assertThat(Program.run("audit", "export", "--help").out())
        .contains("--kubeconfig", "--context", "--namespace");
  }

  @Test
  void allNamespacesAreOfferedOnlyByWhatLists() {
    assertThat(Program.run("status", "--help").out()).contains("--all-namespaces");
    assertThat(Program.run("escalations", "--help").out()).contains("--all-namespaces");
    assertThat(Program.run("ops", "--help").out()).doesNotContain("--all-namespaces");
    assertThat(Program.run("ops", "--help").out())
        .contains("Namespace of the Claw", "table|json|yaml");
  }

  @Test
  void whatNoAgentWouldTakeIsRefusedBeforeAClusterIsAsked() {
    String longest = "x".repeat(512);

    assertThat(Program.run("chat", "a", "hello", "--timeout", "0s").err())
        .contains("--timeout is from 1s to 1h");
    assertThat(Program.run("chat", "a", "hello", "--timeout", "61m").err())
        .contains("--timeout is from 1s to 1h");
    assertThat(Program.run("chat", "a", "hello", "--session", " ").err())
        .contains("--session has 1 to 512 characters");
    assertThat(Program.run("chat", "a", "hello", "--session", longest + "x").err())
        .contains("--session has 1 to 512 characters");
    assertThat(Program.run("chat", "a", "hello", "--session", "a\u001bb").err())
        .contains("--session has 1 to 512 characters");
    assertThat(Program.run("chat", "a").err()).contains("there is no message");
    assertThat(Program.run("chat", "a", "--kubeconfig", "missing", "--", "--timeout").err())
        .contains("cannot read the kubeconfig missing");
  }

  @Test
  void aShellIsToldVerbsOptionsAndValues() {
    assertThat(Program.run("__complete", "s").out().lines())
        .containsExactly("status", "suspend", ":4");
    assertThat(Program.run("__complete", "-n", "team-a", "ops", "--op").out().lines())
        .containsExactly("--operator-namespace", ":4");
    assertThat(Program.run("__complete", "ch").out().lines()).containsExactly("chat", ":4");
    assertThat(Program.run("__complete", "chat", "a", "--t").out().lines())
        .containsExactly("--timeout", ":4");
    assertThat(Program.run("__complete", "status", "-o", "").out().lines())
        .containsExactly("table", "json", "yaml", "name", ":4");
    assertThat(Program.run("__complete", "audit", "").out()).contains("verify");
    assertThat(Program.run("__complete", "--kubeconfig", "missing", "status", "").out())
        .isEqualToIgnoringNewLines(":4");
  }

  @Test
  void whatIsInstalledIsPrintedForTheNamespaceThatIsNamed() {
    Program install = Program.run("install", "--print", "-n", "agents");
    Program uninstall = Program.run("uninstall", "--print", "-n", "agents");

    assertThat(install.exitCode()).as(install.err()).isZero();
    assertThat(install.out())
        .startsWith("---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: agents\n")
        .contains("kind: CustomResourceDefinition", "system:serviceaccount:agents:k8s4claw")
        .doesNotContain("k8s4claw-system", "\\u{");
    assertThat(uninstall.out())
        .contains("kind: Deployment", "kind: ValidatingAdmissionPolicy\n")
        .doesNotContain("kind: CustomResourceDefinition", "kind: Namespace\n");
  }

  @Test
  void whatIsWrongOnTheCommandLineIsShownWithoutItsEscapes() {
    assertThat(Program.run("audit", "verify", "\u001b[2J", "--key", "\u001b[31m").err())
        .doesNotContain("\u001b");
    assertThat(Program.run("\u001b[2J").err()).doesNotContain("\u001b");
  }
}
