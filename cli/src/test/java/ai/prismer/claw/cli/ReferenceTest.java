package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/cli.md} is the help of every verb and nothing else. With {@code CLAW_MANIFESTS=write}
 * it is written instead of compared: {@code make manifests}.
 */
class ReferenceTest {
  private static final Path PAGE = Path.of("../docs/cli.md");
  private static final Pattern VERB = Pattern.compile("(?m)^  ([a-z][-a-z]*)(?= {2,}|$)");

  private static final String HEAD =
      """
      # kubectl claw

      The person's tool. `cli/kubectl-claw` on the `PATH` is all that kubectl needs to find it as `kubectl claw`. `make plugin`
      makes an archive of it, and the manifest with which [krew](https://krew.sigs.k8s.io) installs that.

      Everywhere: options may stand before or after the verb; exit code 0 is done, 1 failed or refused, 2 a wrong command
      line; `-o json` and `-o yaml` are pure ASCII and what a foreign text holds of control characters, escapes and
      bidirectional marks is shown as `\\u{…}` and never sent to the terminal; errors of the API server are shown in its own
      words, with the next step on a line of its own. Nothing is asked where nobody is at a terminal. What changes
      something is written under the identity of the kubeconfig, and the admission policies hold for it as for any other
      client.

      This page is made from the program's own help (`make manifests`) and compared with it by a test.
      """;

  @Test
  void thePageIsTheHelpOfEveryVerb() throws IOException {
    StringBuilder page = new StringBuilder(HEAD);
    for (String verb : verbs("")) {
      section(page, verb);
    }
    if ("write".equals(System.getenv("CLAW_MANIFESTS"))) {
      Files.writeString(PAGE, page);
    }

    assertThat(Files.readString(PAGE)).isEqualTo(page.toString());
  }

  private static void section(StringBuilder page, String verb) {
    String help = help(verb);
    page.append("\n## ").append(verb).append("\n\n```\n").append(help).append("```\n");
    if (help.contains("\nCommands:\n")) {
      verbs(verb + " ").forEach(below -> section(page, verb + " " + below));
    }
  }

  private static List<String> verbs(String verb) {
    String help = help(verb.strip());
    List<String> found = new ArrayList<>();
    VERB.matcher(help.substring(help.indexOf("\nCommands:\n")))
        .results()
        .forEach(result -> found.add(result.group(1)));
    return found;
  }

  private static String help(String verb) {
    Program program = Program.run((verb + " --help").strip().split(" "));
    assertThat(program.exitCode()).isZero();
    return program.out().lines().map(String::stripTrailing).reduce("", (a, b) -> a + b + "\n");
  }
}
