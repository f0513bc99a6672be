package ai.prismer.claw.cli.dlq;

import ai.prismer.claw.cli.CommandException;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which dead letters of which agent: some by their ids, or all. */
final class Choice {
  @Parameters(index = "0", paramLabel = "NAME", description = "The Claw.")
  private String name = "";

  @Parameters(
      index = "1..*",
      paramLabel = "ID",
      description = "Ids of dead letters, from 'dlq list'.")
  private List<String> ids = List.of();

  @Option(names = "--all", description = "All that 'dlq list' lists now.")
  private boolean all;

  String name() {
    return name;
  }

  /**
   * Refuses what chooses nothing, or twice.
   *
   * @throws CommandException before any cluster is asked
   */
  void check() {
    if (all == !ids.isEmpty()) {
      throw CommandException.usage("name the ids of dead letters, or --all");
    }
    ids.forEach(Choice::id);
  }

  /** The ids that were chosen; those of all letters are asked of the bus. */
  List<Long> ids(DeadLetters letters) {
    return all
        ? letters.list().stream().map(DeadLetter::id).toList()
        : ids.stream().map(Choice::id).distinct().toList();
  }

  /**
   * The id of a dead letter.
   *
   * @throws CommandException if it cannot be one
   */
  static long id(String text) {
    if (!text.matches("\\d{1,18}")) {
      throw CommandException.usage("\"" + text + "\" is not the id of a dead letter");
    }
    return Long.parseLong(text);
  }
}
