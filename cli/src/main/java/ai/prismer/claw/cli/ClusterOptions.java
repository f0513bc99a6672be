package ai.prismer.claw.cli;

import ai.prismer.claw.cli.output.Format;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** What the options that stand everywhere mean to each command, and which commands need none. */
final class ClusterOptions {
  private static final List<String> NAMES = List.of("--namespace", "--context", "--kubeconfig");
  private static final String ALL = "--all-namespaces";
  private static final String OUTPUT = "--output";

  private ClusterOptions() {}

  /**
   * Takes the options that choose a cluster out of the help of a command that talks to none. They
   * are still accepted there: they may stand in somebody's alias.
   *
   * @param program the whole program
   * @param verbs the words that lead to the command
   */
  static void hide(CommandLine program, String... verbs) {
    for (String name : NAMES) {
      CommandSpec spec = spec(program, verbs);
      replace(spec, OptionSpec.builder(spec.findOption(name)).hidden(true));
    }
  }

  /** {@code -n} names the namespace of a Claw. */
  static void claw(CommandLine program, String verb) {
    CommandSpec spec = spec(program, verb);
    replace(
        spec,
        OptionSpec.builder(spec.findOption("--namespace"))
            .description("Namespace of the Claw (default: the one of the context)."));
  }

  /** The command prints the operator's manifests: it needs its namespace, but no cluster. */
  static void installation(CommandLine program, String verb) {
    hide(program, verb);
    CommandSpec spec = spec(program, verb);
    replace(spec, OptionSpec.builder(spec.findOption("--namespace")).hidden(false));
    formats(program, verb, List.of());
  }

  /** The command can look into all namespaces. */
  static void everywhere(CommandLine program, String verb) {
    CommandSpec spec = spec(program, verb);
    replace(spec, OptionSpec.builder(spec.findOption(ALL)).hidden(false));
  }

  /** {@code -o} takes these, the first by default; without any, it has no place there. */
  static void formats(CommandLine program, String verb, List<Format> formats) {
    CommandSpec spec = spec(program, verb);
    OptionSpec.Builder option = OptionSpec.builder(spec.findOption(OUTPUT));
    if (formats.isEmpty()) {
      replace(spec, option.hidden(true));
      return;
    }
    String names = formats.stream().map(Format::id).collect(Collectors.joining("|"));
    replace(
        spec,
        option
            .paramLabel(names)
            .description("How the result is written (default: " + formats.getFirst().id() + ")."));
  }

  /**
   * Refuses {@code -A} and {@code -o} where they have no meaning: an option that is taken and does
   * nothing would be a lie.
   */
  static void check(ParseResult parsed) {
    ParseResult leaf = parsed;
    while (leaf.hasSubcommand()) {
      leaf = leaf.subcommand();
    }
    for (ParseResult at = parsed; ; at = at.subcommand()) {
      for (String name : List.of(ALL, OUTPUT)) {
        OptionSpec option = leaf.commandSpec().findOption(name);
        if (at.hasMatchedOption(name) && option.hidden()) {
          CommandLine command = leaf.commandSpec().commandLine();
          throw new ParameterException(
              command,
              option.shortestName() + " has no meaning for " + leaf.commandSpec().qualifiedName());
        }
      }
      if (!at.hasSubcommand()) {
        return;
      }
    }
  }

  private static CommandSpec spec(CommandLine program, String... verbs) {
    CommandLine command = program;
    for (String verb : verbs) {
      command = Objects.requireNonNull(command.getSubcommands().get(verb));
    }
    return command.getCommandSpec();
  }

  private static void replace(CommandSpec spec, OptionSpec.Builder changed) {
    // Of this command alone: what stands below it has the option already, and is changed by itself.
    OptionSpec option = changed.scopeType(ScopeType.LOCAL).build();
    spec.remove(spec.findOption(option.longestName()));
    spec.addOption(option);
  }
}
