package ai.prismer.claw.bus.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An agent-runner like NanoClaw's, on real files: it looks for questions that are pending and that
 * it has not acknowledged, acknowledges them in its own file, and writes what the agent says there.
 * It says that it is done with a question before it writes the answer, tells of an error in a
 * message that names no question, and begins anew what it was killed over.
 */
final class NanoClawRunner implements StandIn {
  /** What a busy machine may take to run a thread does not pass for silence. */
  static final MailboxPace PACE =
      new MailboxPace(
          Duration.ofMillis(20),
          Duration.ofMillis(20),
          Duration.ofMillis(150),
          Duration.ofSeconds(3),
          Duration.ofSeconds(4));

  private static final ObjectMapper JSON = new ObjectMapper();

  final Path folder;

  /** Whether a question is acknowledged as done before the agent has worked on it. */
  volatile boolean pushesOn;

  private final ScriptedAgent agent;
  private final AtomicInteger refusals = new AtomicInteger();
  private @Nullable ScheduledExecutorService runner;
  private @Nullable Future<?> looking;
  private volatile boolean forgetsWhatItWasKilledOver;

  NanoClawRunner(ScriptedAgent agent, Path folder) throws IOException {
    this.agent = agent;
    this.folder = folder;
    Files.createDirectories(folder.resolve("inbound"));
    Files.createDirectories(folder.resolve("workspace"));
  }

  private record Pending(String id, String channel, String thread, String content) {}

  @Override
  public Bridge bridge(Token token) {
    return new MailboxBridge(
        folder, List.of("slack", "ops"), PACE, InstantSource.system(), new Random(1));
  }

  Path outbound() {
    return folder.resolve("workspace").resolve("outbound.db");
  }

  Sqlite openOutbound() throws IOException {
    return Sqlite.write(outbound());
  }

  private Sqlite openInbound() throws IOException {
    return Sqlite.read(folder.resolve("inbound").resolve("inbound.db"));
  }

  @Override
  public void start() {
    ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor();
    runner = started;
    forgetsWhatItWasKilledOver = true;
    looking = started.scheduleWithFixedDelay(this::look, 0, 20, TimeUnit.MILLISECONDS);
  }

  private void look() {
    if (!Files.exists(outbound())) {
      return;
    }
    try {
      if (forgetsWhatItWasKilledOver) {
        try (Sqlite out = openOutbound()) {
          out.run("DELETE FROM processing_ack WHERE status = 'processing'");
        }
        forgetsWhatItWasKilledOver = false;
      }
      for (Pending next : pending()) {
        work(next);
      }
    } catch (IOException locked) {
      // It looks again.
    } catch (InterruptedException killed) {
      Thread.currentThread().interrupt();
    } catch (Exception unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  private List<Pending> pending() throws IOException {
    List<String> acknowledged;
    try (Sqlite out = openOutbound()) {
      acknowledged = out.rows("SELECT message_id FROM processing_ack", row -> text(row, 0));
    }
    try (Sqlite in = openInbound()) {
      return in
          .rows(
              "SELECT id, platform_id, thread_id, content FROM messages_in"
                  + " WHERE status = 'pending' ORDER BY seq",
              row -> new Pending(text(row, 0), text(row, 1), text(row, 2), text(row, 3)))
          .stream()
          .filter(message -> !acknowledged.contains(message.id))
          .toList();
    }
  }

  private static String text(Sqlite.Row row, int column) {
    return String.valueOf(row.text(column));
  }

  private void work(Pending next) throws Exception {
    acknowledge(next.id, "processing");
    if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      try (Sqlite out = openOutbound()) {
        out.run("DELETE FROM processing_ack WHERE message_id = ?", next.id);
      }
      return;
    }
    if (pushesOn) {
      acknowledge(next.id, "completed");
    }
    JsonNode content = JSON.readTree(next.content);
    try {
      String answer = agent.run(next.thread, content.path("text").asText(), voice());
      acknowledge(next.id, "completed");
      if (!answer.isBlank()) {
        say(next.id, next.channel, next.thread, answer);
      }
    } catch (ScriptedAgent.Failure failed) {
      say(null, next.channel, next.thread, "Error: " + failed.getMessage());
      acknowledge(next.id, "completed");
    }
  }

  private ScriptedAgent.Voice voice() {
    return new ScriptedAgent.Voice() {
      @Override
      public void say(String piece) throws IOException {
        beat();
      }

      @Override
      public void tool(String name) throws IOException {
        beat();
        tools(name);
        tools(null);
      }
    };
  }

  void tools(@Nullable String name) throws IOException {
    try (Sqlite out = openOutbound()) {
      out.run(
          "INSERT OR REPLACE INTO container_state (id, current_tool, updated_at) VALUES (1, ?, 'now')",
          name);
    }
  }

  /** Shows that it lives. */
  void beat() throws IOException {
    Path heart = folder.resolve("workspace").resolve(".heartbeat");
    if (!Files.exists(heart)) {
      Files.createFile(heart);
    }
    Files.setLastModifiedTime(heart, FileTime.from(Instant.now()));
  }

  private void acknowledge(String id, String status) throws IOException {
    try (Sqlite out = openOutbound()) {
      out.run(
          "INSERT OR REPLACE INTO processing_ack (message_id, status, status_changed) VALUES (?, ?, 'now')",
          id,
          status);
    }
  }

  /** Writes a message to a conversation. */
  void say(@Nullable String about, @Nullable String channel, @Nullable String thread, String text)
      throws IOException {
    write(about, channel, thread, JSON.createObjectNode().put("text", text).toString());
  }

  /** Writes a row with any content. */
  void write(
      @Nullable String about, @Nullable String channel, @Nullable String thread, String content)
      throws IOException {
    Long theirs;
    try (Sqlite in = openInbound()) {
      theirs = in.first("SELECT max(seq) FROM messages_in", row -> row.number(0));
    }
    try (Sqlite out = openOutbound()) {
      Long ours = out.first("SELECT max(seq) FROM messages_out", row -> row.number(0));
      long last = Math.max(theirs == null ? 0 : theirs, ours == null ? 0 : ours);
      out.run(
          "INSERT INTO messages_out (id, seq, in_reply_to, timestamp, kind, platform_id,"
              + " channel_type, thread_id, content) VALUES (?, ?, ?, 'now', 'chat', ?, ?, ?, ?)",
          "msg-" + UUID.randomUUID(),
          last % 2 == 0 ? last + 1 : last + 2,
          about,
          channel,
          channel == null ? null : "claw",
          thread,
          content);
    }
  }

  /** Ids and conversations of the questions in the mailbox, oldest first. */
  List<String> questions(String column) throws IOException {
    try (Sqlite in = openInbound()) {
      return in.rows("SELECT " + column + " FROM messages_in ORDER BY seq", row -> text(row, 0));
    }
  }

  /** Whether so many questions are in the mailbox. */
  boolean holds(int count) {
    try {
      return questions("id").size() == count;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Whether a message with this text was written. */
  boolean hasSaid(String text) {
    try (Sqlite out = openOutbound()) {
      return out.first(
              "SELECT 1 FROM messages_out WHERE content LIKE ?", row -> true, "%" + text + "%")
          != null;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Writes a row that is longer than anything the bus reads. */
  void writeLong(String about, String channel, String thread) throws IOException {
    write(about, channel, thread, "{\"text\":\"" + "x".repeat(Sqlite.LONGEST) + "\"}");
  }

  @Override
  public void refuse(int times) {
    refusals.set(times);
  }

  @Override
  public int strangers() {
    throw new UnsupportedOperationException("a file asks for no token");
  }

  @Override
  public void deafen() {
    throw new UnsupportedOperationException("a file takes no connections");
  }

  @Override
  public void kill() {
    ScheduledExecutorService running = runner;
    if (running != null) {
      running.shutdownNow();
      running.close();
    }
    if (looking != null && looking.state() == Future.State.FAILED) {
      // A stand-in that broke makes a test that passes mean nothing.
      throw new IllegalStateException("the runner broke", looking.exceptionNow());
    }
  }

  @Override
  public void close() {
    kill();
  }
}
