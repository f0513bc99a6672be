package ai.prismer.claw.cli.escalation;

import ai.prismer.claw.cli.output.Screen;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What both verbs that decide on an escalation take. */
final class DecisionOptions {
  @Parameters(paramLabel = "ESCALATION", description = "Its name, from 'escalations'.")
  private String name = "";

  @Option(
      names = "--digest",
      paramLabel = "DIGEST",
      description = "Decide only if this is the digest of what is proposed.")
  private @Nullable String digest;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private @Nullable String reason;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask, even at a terminal.")
  private boolean yes;

  @Option(
      names = "--by",
      paramLabel = "ID",
      hidden = true,
      description = "Taken and not used: who decides is who is authenticated.")
  private @Nullable String by;

  String name() {
    return name;
  }

  /** What the person wants; a warning where an option has no effect. */
  Deciding.Wish wish(String decision, Screen screen) {
    if (by != null) {
      screen.note("warning: --by is not used: the decision is recorded under your own user name");
    }
    return new Deciding.Wish(decision, digest, reason, yes);
  }
}
