package ai.prismer.claw.bus.bridge;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One open SQLite file, of which nothing is believed: whoever else writes it may want to harm who
 * reads it.
 *
 * <p>A symbolic link is not followed, and only a plain file is opened (a pipe would never open). A
 * value longer than {@link #LONGEST} is not read, the cache takes at most 256 KiB, nothing is
 * mapped into memory, functions in the file's own schema that have effects do not run, and what
 * takes longer than {@link #PATIENCE} is interrupted. A lock is waited for {@link #BUSY}. A file
 * that is only read is never repaired either: the journal beside it may name other files, which
 * SQLite would delete when it plays that journal back.
 *
 * <p>One thread, besides the one that interrupts.
 */
final class Sqlite implements AutoCloseable {
  /** Bytes of the longest value that is read out of a file that is not the bus's own. */
  static final int LONGEST = 1024 * 1024;

  private static final Duration BUSY = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int READ_ONLY = 0x1;
  private static final int READ_WRITE_CREATE = 0x2 | 0x4;
  private static final int NO_FOLLOW = 0x0100_0000;
  private static final int LIMIT_LENGTH = 0;
  private static final int ROW = 100;
  private static final int DONE = 101;

  /** Tells SQLite to copy a value before the call returns. */
  private static final MemorySegment TRANSIENT = MemorySegment.ofAddress(-1);

  private final MemorySegment connection;
  private final Thread guard;
  private boolean closed;

  /** Reads one row. */
  interface Reader<T> {
    /** Reads it. */
    T read(Row row) throws IOException;
  }

  /** The present row of a query. */
  static final class Row {
    private final MemorySegment statement;

    private Row(MemorySegment statement) {
      this.statement = statement;
    }

    /** The text of a column, from 0; null for NULL. */
    @SuppressWarnings("restricted")
    @Nullable String text(int column) {
      MemorySegment text = SqliteCalls.COLUMN_TEXT.address(statement, column);
      if (text.address() == 0) {
        return null;
      }
      long bytes = SqliteCalls.COLUMN_BYTES.number(statement, column);
      return new String(
          text.reinterpret(bytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /** The number of a column, from 0; 0 for what is none. */
    long number(int column) {
      return SqliteCalls.COLUMN_NUMBER.number(statement, column);
    }
  }

  private Sqlite(MemorySegment connection) {
    this.connection = connection;
    this.guard = Thread.ofVirtual().name("sqlite-guard").start(this::guard);
  }

  /** Opens a file that has to be there, to read it. */
  static Sqlite read(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(file.getFileName() + " is missing or is not a plain file");
    }
    return open(file, READ_ONLY);
  }

  /** Opens a file to write it, and makes it if it is not there. */
  static Sqlite write(Path file) throws IOException {
    return open(file, READ_WRITE_CREATE);
  }

  private static Sqlite open(Path file, int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      long code =
          SqliteCalls.OPEN.number(
              arena.allocateFrom(file.toString()), out, flags | NO_FOLLOW, MemorySegment.NULL);
      MemorySegment connection = out.get(ValueLayout.ADDRESS, 0);
      if (code != 0) {
        long _ = SqliteCalls.CLOSE.number(connection);
        throw new SqliteException(file.getFileName() + " cannot be opened", code);
      }
      long _ = SqliteCalls.BUSY_TIMEOUT.number(connection, (int) BUSY.toMillis());
      if (flags == READ_ONLY) {
        long _ = SqliteCalls.LIMIT.number(connection, LIMIT_LENGTH, LONGEST);
      }
      Sqlite opened = new Sqlite(connection);
      try {
        opened.run("PRAGMA trusted_schema=OFF");
        opened.run("PRAGMA mmap_size=0");
        opened.run("PRAGMA cache_size=-256");
        return opened;
      } catch (IOException failed) {
        opened.close();
        throw failed;
      }
    }
  }

  private void guard() {
    try {
      Thread.sleep(PATIENCE);
      synchronized (this) {
        if (!closed) {
          var _ = SqliteCalls.INTERRUPT.number(connection);
        }
      }
    } catch (InterruptedException done) {
      // It was closed in time.
    }
  }

  /** Runs one statement. */
  void run(String sql, @Nullable Object... values) throws IOException {
    var _ = rows(sql, row -> true, values);
  }

  /** The first row of a query; null if there is none. */
  <T> @Nullable T first(String sql, Reader<T> reader, @Nullable Object... values)
      throws IOException {
    List<T> found = query(1, sql, reader, values);
    return found.isEmpty() ? null : found.getFirst();
  }

  /**
   * The rows of a query, which bounds their number.
   *
   * @param values of its parameters: texts, whole numbers or null
   */
  <T> List<T> rows(String sql, Reader<T> reader, @Nullable Object... values) throws IOException {
    return query(Integer.MAX_VALUE, sql, reader, values);
  }

  private <T> List<T> query(int most, String sql, Reader<T> reader, @Nullable Object... values)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      check(
          SqliteCalls.PREPARE.number(
              connection, arena.allocateFrom(sql), -1, out, MemorySegment.NULL));
      MemorySegment statement = out.get(ValueLayout.ADDRESS, 0);
      try {
        for (int i = 0; i < values.length; i++) {
          bind(arena, statement, i + 1, values[i]);
        }
        List<T> found = new ArrayList<>();
        long code = SqliteCalls.STEP.number(statement);
        while (code == ROW && found.size() < most) {
          found.add(reader.read(new Row(statement)));
          code = found.size() < most ? SqliteCalls.STEP.number(statement) : DONE;
        }
        if (code != DONE) {
          check(code);
        }
        return found;
      } finally {
        var _ = SqliteCalls.FINALIZE.number(statement);
      }
    }
  }

  private void bind(Arena arena, MemorySegment statement, int index, @Nullable Object value)
      throws IOException {
    switch (value) {
      case null -> {
        // Parameters are NULL until they are something else.
      }
      case Number number ->
          check(SqliteCalls.BIND_NUMBER.number(statement, index, number.longValue()));
      default -> {
        byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
        MemorySegment bytes =
            arena.allocate(text.length + 1L).copyFrom(MemorySegment.ofArray(text));
        check(SqliteCalls.BIND_TEXT.number(statement, index, bytes, text.length, TRANSIENT));
      }
    }
  }

  @SuppressWarnings("restricted")
  private void check(long code) throws IOException {
    if (code != 0) {
      String said =
          SqliteCalls.MESSAGE.address(connection).reinterpret(Long.MAX_VALUE).getString(0);
      // Cut, because a schema's own words may be in it.
      throw new SqliteException(said.substring(0, Math.min(said.length(), 200)), code);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    guard.interrupt();
    var _ = SqliteCalls.CLOSE.number(connection);
  }
}
