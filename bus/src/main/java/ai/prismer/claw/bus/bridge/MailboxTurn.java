package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/** The turn that is out, and what the runner has said to it so far. One thread. */
final class MailboxTurn {
  /** What has become of it. */
  enum Verdict {
    OPEN,
    OVER,
    /** The runner has not taken it, and shows no sign of life. */
    STALLED
  }

  /** How the runner tells of an error of its own; it names no question there. */
  private static final String ERROR = "Error: ";

  private static final int LONGEST = 1024 * 1024;

  final Outgoing outgoing;
  final Mailbox.Asked asked;
  final long begun;

  /** Rows of the runner that are part of the answer. */
  final Set<String> rows = new LinkedHashSet<>();

  private final StringBuilder text = new StringBuilder();
  private String failure = "";
  private String status = "";
  private boolean busy;

  MailboxTurn(Outgoing outgoing, Mailbox.Asked asked, long begun) {
    this.outgoing = outgoing;
    this.asked = asked;
    this.begun = begun;
  }

  /** What the runner says of it. */
  void says(RunnerRows.News news) {
    status = news.status();
    busy = news.busy();
  }

  /**
   * Takes a row as part of the answer.
   *
   * @return what it adds to it
   */
  String add(RunnerRows.Said row, String words) {
    rows.add(row.id());
    if (row.about() == null && words.startsWith(ERROR)) {
      failure = words.substring(ERROR.length());
      return "";
    }
    if (text.length() + words.length() > LONGEST) {
      failure = "the answer is longer than a million characters";
      return "";
    }
    String piece = text.isEmpty() ? words : "\n\n" + words;
    text.append(piece);
    return piece;
  }

  Verdict verdict(Duration quiet, MailboxPace pace) {
    if (status.isEmpty()) {
      return quiet.compareTo(pace.stall()) < 0 ? Verdict.OPEN : Verdict.STALLED;
    }
    if (status.equals("processing") || busy) {
      return Verdict.OPEN;
    }
    boolean said = !rows.isEmpty() || status.equals("failed");
    return quiet.compareTo(said ? pace.settle() : pace.silence()) < 0 ? Verdict.OPEN : Verdict.OVER;
  }

  /** The answer. */
  String text() {
    return text.toString();
  }

  /** Why there is none; empty if there is one. */
  String failure() {
    if (!failure.isEmpty()) {
      return failure;
    }
    return text.isEmpty()
        ? status.equals("failed") ? "the agent gave up on this" : "the agent said nothing"
        : "";
  }
}
