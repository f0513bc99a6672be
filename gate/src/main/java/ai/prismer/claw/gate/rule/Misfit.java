package ai.prismer.claw.gate.rule;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Leaves a reader at the first thing that does not fit; never leaves this room. */
final class Misfit extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /** The line it stands in, from 1. */
  final int line;

  /** The field it is about, if it is about one. */
  final @Nullable String field;

  /** What is wrong and what is allowed. */
  final String reason;

  Misfit(int line, @Nullable String field, String reason) {
    super(reason, null, false, false);
    this.line = line;
    this.field = field;
    this.reason = reason;
  }
}
