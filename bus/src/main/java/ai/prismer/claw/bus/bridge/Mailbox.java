package ai.prismer.claw.bus.bridge;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is written into and read from the mailbox of one NanoClaw session, whose host the bus is.
 *
 * <p>{@code inbound.db} is the bus's: {@code messages_in} are the questions, by an id that is the
 * same at every attempt; {@code delivered} are the answers that were passed on; {@code
 * destinations} are the channels to which the agent may write, and {@code session_routing} is where
 * it writes when it names none. {@code outbound.db} is the runner's: {@code messages_out}, {@code
 * processing_ack}, {@code container_state}. A number {@code seq} orders the messages of both files,
 * even ones are the bus's. One thread.
 *
 * <p>Source: NanoClaw's {@code docs/db-session.md}. Columns that came with later versions are not
 * relied on in the runner's file.
 */
final class Mailbox {
  /** The {@code channel_type} of every channel of the bus. */
  static final String CHANNEL_TYPE = "claw";

  /** Questions that are kept. */
  private static final int KEPT = 1024;

  private final MailboxFiles files;
  private final List<String> channels;
  private final InstantSource clock;

  /**
   * A question in the mailbox.
   *
   * @param key its id there
   * @param id its id in its channel
   * @param session key of its conversation
   * @param address what an answer has to bear
   * @param over whether it was answered for
   */
  record Asked(
      String key,
      long seq,
      String channel,
      String id,
      String session,
      Map<String, String> address,
      boolean over) {}

  Mailbox(MailboxFiles files, List<String> channels, InstantSource clock) {
    this.files = files;
    this.channels = List.copyOf(channels);
    this.clock = clock;
  }

  /** Makes what is not there, and tells the agent to which channels it may write. */
  void prepare() throws IOException {
    files.prepare();
    try (Sqlite inbound = files.openInbound()) {
      inbound.run("BEGIN IMMEDIATE");
      inbound.run("DELETE FROM destinations");
      for (String channel : channels) {
        inbound.run(
            "INSERT INTO destinations (name, display_name, type, channel_type, platform_id)"
                + " VALUES (?1, ?1, 'channel', ?2, ?1)",
            channel,
            CHANNEL_TYPE);
      }
      inbound.run("COMMIT");
    }
  }

  /** See {@link MailboxFiles#pulse}. */
  String pulse() {
    return files.pulse();
  }

  /**
   * Puts a question in, unless it is there already.
   *
   * @param question whose number is not used: it gets the next one
   * @return the question as it stands in the mailbox
   */
  Asked put(Asked question, String text) throws IOException {
    long theirs;
    try (Sqlite outbound = files.openOutbound()) {
      theirs = number(outbound, "SELECT max(seq) FROM messages_out");
    }
    try (Sqlite inbound = files.openInbound()) {
      inbound.run("BEGIN IMMEDIATE");
      long last = Math.max(theirs, number(inbound, "SELECT max(seq) FROM messages_in"));
      inbound.run(
          "INSERT OR IGNORE INTO messages_in (id, seq, kind, timestamp, series_id, platform_id,"
              + " channel_type, thread_id, content) VALUES (?1, ?2, 'chat', ?3, ?1, ?4, ?5, ?6, ?7)",
          question.key,
          last + 2 - last % 2,
          clock.instant(),
          question.channel,
          CHANNEL_TYPE,
          question.session,
          content(question, text));
      inbound.run(
          "INSERT OR REPLACE INTO session_routing (id, channel_type, platform_id, thread_id)"
              + " VALUES (1, ?, ?, ?)",
          CHANNEL_TYPE,
          question.channel,
          question.session);
      inbound.run(
          "DELETE FROM messages_in WHERE status <> 'pending' AND seq NOT IN"
              + " (SELECT seq FROM messages_in ORDER BY seq DESC LIMIT ?)",
          KEPT);
      inbound.run("COMMIT");
    }
    Asked there = asked("id = ?", question.key);
    if (there == null) {
      throw new IOException("the question did not stay in the mailbox");
    }
    return there;
  }

  private static long number(Sqlite database, String sql) throws IOException {
    Long found = database.first(sql, row -> row.number(0));
    return found == null ? 0 : found;
  }

  private static String content(Asked question, String text) {
    String user = question.address.getOrDefault("user", "");
    return JsonTree.write(json -> {
      json.writeStringField("text", text);
      json.writeStringField("sender", user);
      json.writeStringField("senderId", user);
      // For the bus itself: where an answer belongs that comes when nobody waits for it.
      json.writeObjectFieldStart("claw");
      json.writeStringField("id", question.id);
      for (Map.Entry<String, String> part : question.address.entrySet()) {
        json.writeStringField("at:" + part.getKey(), part.getValue());
      }
      json.writeEndObject();
    });
  }

  /** The question with this key. */
  @Nullable Asked asked(String key) throws IOException {
    return asked("id = ?", key);
  }

  /** The last question before a number. */
  @Nullable Asked askedBefore(long seq) throws IOException {
    return asked("seq < ? ORDER BY seq DESC", seq);
  }

  /** The last question of a conversation. */
  @Nullable Asked lastOf(String channel, @Nullable String session) throws IOException {
    return asked("platform_id = ? AND thread_id = ? ORDER BY seq DESC", channel, session);
  }

  private @Nullable Asked asked(String which, @Nullable Object... values) throws IOException {
    try (Sqlite inbound = files.openInbound()) {
      return inbound.first(
          "SELECT id, seq, platform_id, thread_id, status, content FROM messages_in WHERE "
              + which
              + " LIMIT 1",
          Mailbox::asked,
          values);
    }
  }

  private static Asked asked(Sqlite.Row row) throws IOException {
    JsonTree own = JsonTree.read(some(row.text(5))).get("claw");
    Map<String, String> address = new LinkedHashMap<>();
    if (own.value() instanceof Map<?, ?> parts) {
      for (Object key : parts.keySet()) {
        String name = String.valueOf(key);
        if (name.startsWith("at:")) {
          address.put(name.substring("at:".length()), own.get(name).text());
        }
      }
    }
    return new Asked(
        some(row.text(0)),
        row.number(1),
        some(row.text(2)),
        own.get("id").text(),
        some(row.text(3)),
        address,
        !"pending".equals(row.text(4)));
  }

  private static String some(@Nullable String text) {
    return text == null ? "" : text;
  }

  /**
   * Reads what the runner wrote.
   *
   * @param key of the question whose status is asked for; null for none
   * @param known whether a row was read before
   */
  RunnerRows.News news(@Nullable String key, Predicate<String> known) throws IOException {
    Set<String> passedOn = new HashSet<>();
    try (Sqlite inbound = files.openInbound()) {
      passedOn.addAll(
          inbound.rows("SELECT message_out_id FROM delivered", row -> some(row.text(0))));
    }
    try (Sqlite outbound = files.openOutbound()) {
      return RunnerRows.read(
          outbound,
          key,
          row ->
              !known.test(row.id())
                  // A question that is put once more wants its answer once more.
                  && (!passedOn.contains(row.id()) || (key != null && key.equals(row.about()))));
    }
  }

  /** These rows are passed on, and the question, if there is one, is answered for. */
  void over(@Nullable String key, Collection<String> rows) throws IOException {
    try (Sqlite inbound = files.openInbound()) {
      inbound.run("BEGIN IMMEDIATE");
      inbound.run("UPDATE messages_in SET status = 'completed' WHERE id = ?", key);
      for (String row : rows) {
        inbound.run(
            "INSERT OR IGNORE INTO delivered (message_out_id, delivered_at) VALUES (?, ?)",
            row,
            clock.instant());
      }
      // Twice as many as are ever looked back upon.
      inbound.run(
          "DELETE FROM delivered WHERE rowid NOT IN"
              + " (SELECT rowid FROM delivered ORDER BY rowid DESC LIMIT ?)",
          2 * RunnerRows.LOOK_BACK);
      inbound.run("COMMIT");
    }
  }
}
