package ai.prismer.claw.bus.bridge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads what the runner of a {@link Mailbox} wrote, so much at once and no more. */
final class RunnerRows {
  /** Rows that are looked back upon. */
  static final int LOOK_BACK = 1024;

  /** New ones that are read at once. */
  static final int AT_ONCE = 8;

  /** Longest id that is read, in characters. */
  private static final int LONGEST_ID = 128;

  /**
   * A row of the runner.
   *
   * @param about id of the question that it names; null if it names none
   * @param channel the channel that it names; null if it names none
   * @param session key of the conversation that it names; null if it names none
   * @param text what it says; null if that cannot be passed on
   */
  record Said(
      String id,
      long seq,
      @Nullable String about,
      @Nullable String channel,
      @Nullable String session,
      @Nullable String text) {}

  /**
   * What the runner wrote.
   *
   * @param status of the question that was asked about; empty if the runner has not seen it
   * @param busy whether a tool is at work
   * @param said rows that are new, oldest first; the next look may find more
   */
  record News(String status, boolean busy, List<Said> said) {}

  private RunnerRows() {}

  /**
   * All of it as it was at one moment.
   *
   * @param key of the question whose status is asked for; null for none
   */
  static News read(Sqlite outbound, @Nullable String key, Predicate<Said> isNew)
      throws IOException {
    outbound.run("BEGIN");
    String status =
        outbound.first(
            "SELECT substr(status, 1, 32) FROM processing_ack WHERE message_id = ?",
            row -> some(row.text(0)),
            key);
    List<Said> said = new ArrayList<>();
    for (Said row : rows(outbound).reversed()) {
      if (said.size() < AT_ONCE && isNew.test(row)) {
        said.add(withText(outbound, row));
      }
    }
    return new News(some(status), busy(outbound), said);
  }

  private static String some(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** Without their texts, the newest first. */
  private static List<Said> rows(Sqlite outbound) throws IOException {
    return outbound.rows(
        """
        SELECT id, seq, in_reply_to, CASE WHEN channel_type = ?1 THEN platform_id END, thread_id
          FROM messages_out WHERE length(id) <= ?2 AND length(ifnull(in_reply_to, '')) <= ?2
          AND length(ifnull(platform_id, '')) <= ?2 AND length(ifnull(thread_id, '')) <= ?2
          AND (deliver_after IS NULL OR datetime(deliver_after) <= datetime('now'))
          ORDER BY rowid DESC LIMIT ?3\
        """,
        row ->
            new Said(some(row.text(0)), row.number(1), row.text(2), row.text(3), row.text(4), null),
        Mailbox.CHANNEL_TYPE,
        LONGEST_ID,
        LOOK_BACK);
  }

  private static Said withText(Sqlite outbound, Said row) throws IOException {
    String text = null;
    try {
      String content =
          outbound.first(
              "SELECT content FROM messages_out WHERE id = ? AND kind IN ('chat', 'chat-sdk')",
              found -> some(found.text(0)),
              row.id);
      JsonTree json = JsonTree.read(some(content));
      // An operation changes what was said before, which a channel cannot.
      text = json.get("operation").text().isEmpty() ? json.get("text").text() : null;
    } catch (SqliteException unreadable) {
      if (!unreadable.isTooBig()) {
        throw unreadable;
      }
      text = "(a message that is longer than can be passed on)";
    } catch (IOException noJson) {
      // Not for a person, then.
    }
    return new Said(
        row.id,
        row.seq,
        row.about,
        row.channel,
        row.session,
        text == null || text.isBlank() ? null : text);
  }

  private static boolean busy(Sqlite outbound) throws IOException {
    // A table of later versions.
    Long there =
        outbound.first(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'container_state'",
            row -> row.number(0));
    return there != null
        && there > 0
        && outbound.first(
                "SELECT 1 FROM container_state WHERE current_tool IS NOT NULL", row -> true)
            != null;
  }
}
