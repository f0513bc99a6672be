package ai.prismer.claw.cli.output;

import java.util.List;
import java.util.Locale;

/** How a result is written: the values of {@code -o}. */
public enum Format {
  /** For people. */
  TABLE,
  /** For programs. */
  JSON,
  /** For programs and files. */
  YAML,
  /** For pipes: {@code claw.claw.prismer.ai/my-agent}, one a line. */
  NAME;

  /** Each of them, for verbs about objects. */
  public static final List<Format> ALL = List.of(values());

  /** For verbs whose result is no object of the cluster. */
  public static final List<Format> TREES = List.of(TABLE, JSON, YAML);

  /** The value of {@code -o}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
