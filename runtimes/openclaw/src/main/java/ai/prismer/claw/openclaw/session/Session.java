package ai.prismer.claw.openclaw.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One conversation: an append-only file of JSON lines, and in memory no more than an index of its
 * latest turns.
 *
 * <p>An entry counts once {@link #append} has returned, which is after it was forced to the disk.
 * What a killed process left half written ends without a newline; it was never acknowledged, and is
 * cut off before anything is appended, or the next entry would be glued to it. When appending
 * fails, the file is cut back to where it was; if not even that works, the conversation refuses
 * everything until the process is started anew: after a failed {@code fsync} nobody knows what the
 * disk holds.
 *
 * <p>The file is opened for every access. That costs microseconds beside a model's seconds, and
 * neither file descriptors nor an interrupted thread, which closes a {@link FileChannel} for good,
 * can break a conversation.
 *
 * <p>Thread-safe.
 */
public final class Session {
  /** So many turns are known by key; a repeated key that is older counts as new. */
  static final int INDEX_LIMIT = 1024;

  private static final int LINE_LIMIT = 8 * 1024 * 1024;
  private static final int FIRST_CHUNK = 16 * 1024;
  private static final int LARGEST_CHUNK = 4 * 1024 * 1024;

  private final Path file;
  private final SessionKey key;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Boolean> endedByKey = new LinkedHashMap<>();
  private long length;
  private boolean broken;

  private Session(Path file, SessionKey key) {
    this.file = file;
    this.key = key;
  }

  /** What is known of a turn. */
  public enum TurnState {
    /** Never heard of. */
    UNKNOWN,
    /** Asked and not ended. */
    OPEN,
    /** Over, one way or another. */
    ENDED
  }

  /** Opens a conversation; a new one gets its file with the first entry. */
  static Session open(Path file, SessionKey key) throws IOException {
    Session session = new Session(file, key);
    if (Files.exists(file)) {
      session.scan();
    }
    return session;
  }

  /** Name of the conversation. */
  public SessionKey key() {
    return key;
  }

  /** Writes an entry and forces it to the disk. */
  public void append(Entry entry) throws IOException {
    lock.lock();
    try {
      if (broken) {
        throw new IOException("an earlier write to this session failed");
      }
      boolean created = length == 0;
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      if (created) {
        bytes.writeBytes(EntryCodec.header(key));
      }
      bytes.writeBytes(EntryCodec.encode(entry));
      write(bytes.toByteArray());
      if (created) {
        forceDirectory();
      }
      index(entry);
    } finally {
      lock.unlock();
    }
  }

  /** What is known of a turn. */
  public TurnState state(String turnKey) {
    lock.lock();
    try {
      Boolean ended = endedByKey.get(turnKey);
      return ended == null ? TurnState.UNKNOWN : ended ? TurnState.ENDED : TurnState.OPEN;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The latest entries, oldest first: as many as hold about so many characters, or all.
   *
   * @param characters how much text is wanted; up to one entry more is returned
   */
  public List<Entry> latest(int characters) throws IOException {
    lock.lock();
    try {
      int chunk = FIRST_CHUNK;
      while (true) {
        Deque<Entry> entries = read(chunk);
        int total = entries.stream().mapToInt(Session::size).sum();
        if (total >= characters || chunk >= length || chunk >= LARGEST_CHUNK) {
          while (entries.size() > 1 && total - size(entries.getFirst()) >= characters) {
            total -= size(entries.removeFirst());
          }
          return List.copyOf(entries);
        }
        chunk *= 2;
      }
    } finally {
      lock.unlock();
    }
  }

  /** How a turn ended, where that is not too long ago. */
  public Optional<Entry> end(String turnKey) throws IOException {
    return latest(LARGEST_CHUNK).stream()
        .filter(entry -> entry.ends() && entry.key().equals(turnKey))
        .reduce((first, second) -> second);
  }

  private static int size(Entry entry) {
    return switch (entry) {
      case Entry.User user -> user.text().length();
      case Entry.Assistant assistant -> assistant.text().length();
      case Entry.Aborted aborted -> aborted.text().length();
      case Entry.Failed failed -> failed.message().length();
      case Entry.Resumed resumed -> 0;
    };
  }

  private void write(byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, WRITE, CREATE)) {
      try {
        channel.truncate(length);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long position = length;
        while (buffer.hasRemaining()) {
          position += channel.write(buffer, position);
        }
        channel.force(false);
        length = position;
      } catch (IOException e) {
        undo(channel, e);
        throw e;
      }
    }
  }

  private void undo(FileChannel channel, IOException cause) {
    try {
      channel.truncate(length);
      channel.force(false);
    } catch (IOException e) {
      cause.addSuppressed(e);
      broken = true;
    }
  }

  /** A new file exists after a crash only if its folder was forced too. */
  private void forceDirectory() throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    try (FileChannel channel = FileChannel.open(folder, READ)) {
      channel.force(true);
    }
  }

  private Deque<Entry> read(int chunk) throws IOException {
    Deque<Entry> entries = new ArrayDeque<>();
    if (length == 0) {
      return entries;
    }
    int size = (int) Math.min(chunk, length);
    ByteBuffer buffer = ByteBuffer.allocate(size);
    try (FileChannel channel = FileChannel.open(file, READ)) {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, length - size + buffer.position()) < 0) {
          throw new EOFException(file + " became shorter");
        }
      }
    }
    String text = new String(buffer.array(), UTF_8);
    // The first line may have begun before the chunk; at the head of the file it is the header.
    text.lines().skip(1).forEach(line -> EntryCodec.decode(line).ifPresent(entries::add));
    return entries;
  }

  private void scan() throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      long position = 0;
      for (int b = in.read(); b >= 0; b = in.read()) {
        position++;
        if (b != '\n') {
          if (line.size() < LINE_LIMIT) {
            line.write(b);
          }
          continue;
        }
        EntryCodec.decode(line.toString(UTF_8)).ifPresent(this::index);
        line.reset();
        length = position;
      }
    }
  }

  private void index(Entry entry) {
    endedByKey.put(entry.key(), entry.ends());
    if (endedByKey.size() > INDEX_LIMIT) {
      endedByKey.remove(endedByKey.keySet().iterator().next());
    }
  }
}
