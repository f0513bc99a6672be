package ai.prismer.claw.cli;

import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Which options choose a cluster, and which commands need none. */
final class ClusterOptions {
  private static final List<String> NAMES = List.of("--namespace", "--context", "--kubeconfig");

  private ClusterOptions() {}

  /**
   * Takes the options that choose a cluster out of the help of a command that talks to none. They
   * are still accepted there: they may stand in somebody's alias.
   *
   * @param program the whole program
   * @param verbs the words that lead to the command
   */
  static void hide(CommandLine program, String... verbs) {
    CommandLine command = program;
    for (String verb : verbs) {
      command = Objects.requireNonNull(command.getSubcommands().get(verb));
    }
    CommandSpec spec = command.getCommandSpec();
    for (String name : NAMES) {
      OptionSpec option = spec.findOption(name);
      spec.remove(option);
      spec.addOption(OptionSpec.builder(option).hidden(true).build());
    }
  }
}
