package ai.prismer.claw.openclaw.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The conversations of one folder. Keeps the index of the latest used ones in memory.
 *
 * <p>There must never be two {@link Session} objects for one file, because each would miss what the
 * other appends; so a conversation stays in memory while somebody {@link #hold holds} it.
 */
public final class SessionStore {
  static final String SUFFIX = ".jsonl";

  private static final Logger LOG = System.getLogger(SessionStore.class.getName());

  private final Path folder;
  private final int limit;
  private final LinkedHashMap<SessionKey, Session> open = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<SessionKey, Integer> holders = new HashMap<>();

  /**
   * Opens a folder and makes it if it is missing.
   *
   * @param limit so many conversations that nobody holds stay in memory
   * @throws IOException when the folder cannot be made or written to
   */
  public SessionStore(Path folder, int limit) throws IOException {
    this.folder = folder;
    this.limit = limit;
    Files.createDirectories(folder);
    probe();
  }

  /** Gives access to a conversation until it is {@link #release released}. */
  public synchronized Session hold(SessionKey key) throws IOException {
    Session session = open.get(key);
    if (session == null) {
      session = Session.open(folder.resolve(key.fileName()), key);
      open.put(key, session);
    }
    holders.merge(key, 1, Integer::sum);
    evict();
    return session;
  }

  /** Ends one {@link #hold}. */
  public synchronized void release(SessionKey key) {
    holders.computeIfPresent(key, (k, count) -> count > 1 ? count - 1 : null);
    evict();
  }

  /**
   * Checks that the folder can be written to.
   *
   * @throws IOException when it cannot: a full or read-only volume, for instance
   */
  public void probe() throws IOException {
    Path probe = Files.createTempFile(folder, "probe", ".tmp");
    try {
      Files.write(probe, new byte[4096]);
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  /** The conversations whose last turn has no end: what an earlier process left undone. */
  public List<SessionKey> unfinished() throws IOException {
    List<SessionKey> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        try {
          unfinished(file).ifPresent(found::add);
        } catch (IOException e) {
          LOG.log(Level.WARNING, "cannot read session " + file + ": " + e.getMessage());
        }
      }
    }
    return found;
  }

  private static Optional<SessionKey> unfinished(Path file) throws IOException {
    Optional<SessionKey> key;
    try (BufferedReader reader = Files.newBufferedReader(file, UTF_8)) {
      key = Optional.ofNullable(reader.readLine()).flatMap(EntryCodec::headerKey);
    }
    if (key.isEmpty()) {
      return key;
    }
    List<Entry> last = Session.open(file, key.get()).latest(1);
    return last.isEmpty() || last.getLast().ends() ? Optional.empty() : key;
  }

  private void evict() {
    Iterator<SessionKey> keys = open.keySet().iterator();
    while (open.size() > limit + holders.size() && keys.hasNext()) {
      if (!holders.containsKey(keys.next())) {
        keys.remove();
      }
    }
  }
}
