package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.contract.BusPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The files of a mailbox and what is in them when it is new.
 *
 * <p>Each lies where only its writer can write. The bus's file has a folder of its own, of which
 * the agent-runner sees the one file, read-only: in a folder that both write, the runner could lay
 * a journal beside the bus's file, and by playing it back the bus would delete whatever file of its
 * own that journal names. The other file lies in the runner's working folder, and there the bus
 * opens nothing but to read; even the empty file that it has to find is made elsewhere and copied
 * in, where nothing had its name.
 */
final class MailboxFiles {
  private static final String INBOUND = BusPaths.MAILBOX_FILE;
  private static final String OUTBOUND = "outbound.db";

  private static final List<String> INBOUND_TABLES =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS messages_in (id TEXT PRIMARY KEY, seq INTEGER UNIQUE,
            kind TEXT NOT NULL, timestamp TEXT NOT NULL, status TEXT DEFAULT 'pending',
            process_after TEXT, recurrence TEXT, series_id TEXT, tries INTEGER DEFAULT 0,
            trigger INTEGER NOT NULL DEFAULT 1, platform_id TEXT, channel_type TEXT,
            thread_id TEXT, content TEXT NOT NULL, source_session_id TEXT,
            on_wake INTEGER NOT NULL DEFAULT 0)\
          """,
          """
          CREATE TABLE IF NOT EXISTS delivered (message_out_id TEXT PRIMARY KEY,
            platform_message_id TEXT, status TEXT NOT NULL DEFAULT 'delivered',
            delivered_at TEXT NOT NULL)\
          """,
          """
          CREATE TABLE IF NOT EXISTS destinations (name TEXT PRIMARY KEY, display_name TEXT,
            type TEXT NOT NULL, channel_type TEXT, platform_id TEXT, agent_group_id TEXT,
            thread_id_override TEXT)\
          """,
          """
          CREATE TABLE IF NOT EXISTS session_routing (id INTEGER PRIMARY KEY CHECK (id = 1),
            channel_type TEXT, platform_id TEXT, thread_id TEXT)\
          """);

  private static final List<String> OUTBOUND_TABLES =
      List.of(
          """
          CREATE TABLE messages_out (id TEXT PRIMARY KEY, seq INTEGER UNIQUE, in_reply_to TEXT,
            timestamp TEXT NOT NULL, deliver_after TEXT, recurrence TEXT, kind TEXT NOT NULL,
            platform_id TEXT, channel_type TEXT, thread_id TEXT, content TEXT NOT NULL)\
          """,
          """
          CREATE TABLE processing_ack (message_id TEXT PRIMARY KEY, status TEXT NOT NULL,
            status_changed TEXT NOT NULL)\
          """,
          """
          CREATE TABLE session_state (key TEXT PRIMARY KEY, value TEXT NOT NULL,
            updated_at TEXT NOT NULL)\
          """,
          """
          CREATE TABLE container_state (id INTEGER PRIMARY KEY CHECK (id = 1), current_tool TEXT,
            tool_declared_timeout_ms INTEGER, tool_started_at TEXT, updated_at TEXT NOT NULL)\
          """);

  private final Path own;
  private final Path runners;

  /**
   * @param folder with the bus's folder and the runner's working folder
   */
  MailboxFiles(Path folder) {
    this.own = folder.resolve(BusPaths.MAILBOX_INBOUND);
    this.runners = folder.resolve(BusPaths.MAILBOX_WORKSPACE);
  }

  /** Makes what is not there. Before the runner starts, or it would find no table to write to. */
  void prepare() throws IOException {
    try (Sqlite inbound = openInbound()) {
      // Another mode keeps messages beside the file, where the runner does not see them.
      inbound.run("PRAGMA journal_mode=DELETE");
      for (String table : INBOUND_TABLES) {
        inbound.run(table);
      }
    }
    permit(own.resolve(INBOUND), "rw-r--r--");
    Path outbound = runners.resolve(OUTBOUND);
    if (!Files.exists(outbound, LinkOption.NOFOLLOW_LINKS)) {
      putEmpty(outbound);
    }
  }

  private void putEmpty(Path outbound) throws IOException {
    Path template = own.resolve("empty.db");
    Files.deleteIfExists(template);
    try (Sqlite empty = Sqlite.write(template)) {
      for (String table : OUTBOUND_TABLES) {
        empty.run(table);
      }
    }
    Path unfinished = runners.resolve("." + OUTBOUND + ".new");
    Files.deleteIfExists(unfinished);
    Files.write(unfinished, Files.readAllBytes(template), StandardOpenOption.CREATE_NEW);
    // The runner is another user, of the pod's group.
    permit(unfinished, "rw-rw-r--");
    Files.move(unfinished, outbound, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(template);
  }

  private static void permit(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  /** Opens the bus's file. */
  Sqlite openInbound() throws IOException {
    return Sqlite.write(own.resolve(INBOUND));
  }

  /** Opens the runner's file, to read it. */
  Sqlite openOutbound() throws IOException {
    return Sqlite.read(runners.resolve(OUTBOUND));
  }

  /**
   * What changes whenever the runner writes or shows that it lives; costs two looks at the folder.
   */
  String pulse() {
    return stamp(runners.resolve(OUTBOUND)) + " " + stamp(runners.resolve(".heartbeat"));
  }

  private static String stamp(Path file) {
    try {
      BasicFileAttributes found =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return found.lastModifiedTime().toInstant() + "/" + found.size();
    } catch (IOException absent) {
      return "none";
    }
  }
}
