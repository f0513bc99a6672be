package ai.prismer.claw.cli.completion;

import ai.prismer.claw.cli.output.Screen;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Completes a half-typed command line, in the protocol of kubectl's plugins: one proposal a line,
 * then a directive. It never fails and never says why: a shell would print it into the line that
 * somebody is typing.
 */
public final class Completion {
  /** The first word of the command line when a shell asks. */
  public static final String VERB = "__complete";

  /** Cobra's ShellCompDirectiveNoFileComp: what we do not know is no file either. */
  private static final String NO_FILES = ":4";

  private final CommandLine program;
  private final Supplier<List<String>> claws;

  /**
   * A completion.
   *
   * @param program all verbs
   * @param claws names of Claws, asked of the cluster when one is wanted; empty on any failure
   */
  public Completion(CommandLine program, Supplier<List<String>> claws) {
    this.program = program;
    this.claws = claws;
  }

  /** Prints the proposals for the last of these words, which may be empty. */
  public void print(Screen screen, List<String> words) {
    String last = words.isEmpty() ? "" : words.getLast();
    proposals(words.subList(0, Math.max(0, words.size() - 1)), last).stream()
        .filter(proposal -> proposal.startsWith(last))
        .forEach(screen::result);
    screen.result(NO_FILES);
  }

  private Set<String> proposals(List<String> before, String last) {
    CommandLine command = program;
    OptionSpec open = null;
    boolean named = false;
    for (String word : before) {
      if (open != null) {
        open = null;
      } else if (word.startsWith("-")) {
        OptionSpec option = command.getCommandSpec().findOption(word);
        open = option != null && option.arity().max() > 0 ? option : null;
      } else if (command.getSubcommands().containsKey(word)) {
        command = command.getSubcommands().get(word);
      } else {
        named = true;
      }
    }
    if (open != null) {
      return values(open);
    }
    return last.startsWith("-") ? options(command.getCommandSpec()) : words(command, named);
  }

  private Set<String> words(CommandLine command, boolean named) {
    Set<String> words = new LinkedHashSet<>();
    command
        .getSubcommands()
        .forEach((name, sub) -> {
          if (!sub.getCommandSpec().usageMessage().hidden()) {
            words.add(name);
          }
        });
    boolean wantsName =
        command.getCommandSpec().positionalParameters().stream()
            .map(ArgSpec::paramLabel)
            .anyMatch("NAME"::equals);
    if (wantsName && !named) {
      words.addAll(claws.get());
    }
    return words;
  }

  private static Set<String> options(CommandSpec spec) {
    Set<String> names = new LinkedHashSet<>();
    spec.options().stream()
        .filter(option -> !option.hidden())
        .forEach(option -> names.add(option.longestName()));
    return names;
  }

  /** The values of an option whose help lists them; capitals are a description. */
  private static Set<String> values(OptionSpec option) {
    Set<String> values = new LinkedHashSet<>(Arrays.asList(option.paramLabel().split("\\|", -1)));
    values.removeIf(value -> !value.equals(value.toLowerCase(Locale.ROOT)));
    return values;
  }
}
