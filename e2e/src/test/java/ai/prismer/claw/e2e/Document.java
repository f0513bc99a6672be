package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A page of the documents, and what a reader does with it. */
final class Document {
  private final String page;
  private final String text;

  /** The page at this path under the root of the repository. */
  Document(String page) throws IOException {
    this.page = page;
    this.text = Files.readString(Node.root().resolve(page));
  }

  /** Its fenced blocks of one language, in order. */
  List<String> blocks(String language) {
    return Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  /**
   * Types one block, in this folder, with a {@code kubectl} that looks into this namespace and a
   * {@code helm}; fails the test unless every command of it succeeds.
   *
   * @return what it printed
   */
  String type(String block, Path folder, String namespace) throws IOException {
    Path programs = Files.createDirectories(folder.resolve("bin"));
    program(programs, "kubectl", "kubectl --namespace '" + namespace + "'");
    program(programs, "helm", "helm");
    String script = "cd '" + folder + "'\nPATH='" + programs + "':$PATH\n" + block;
    Node.Finished finished = Node.run("bash", "-euc", script);
    assertThat(finished.exitCode()).as("%s: %s%n%s", page, block, finished.output()).isZero();
    return finished.output();
  }

  private static void program(Path folder, String name, String what) throws IOException {
    Path program = folder.resolve(name);
    Files.writeString(
        program,
        "#!/bin/sh\nexec '%s' %s \"$@\"\n"
            .formatted(Node.root().resolve("cluster/claw-cluster"), what));
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }
}
