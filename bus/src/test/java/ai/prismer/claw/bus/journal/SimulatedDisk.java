package ai.prismer.claw.bus.journal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk with a page cache that does, decided by a seed, whatever a real one may do.
 *
 * <p>A write changes the cache. Between a write and the next sync the device takes any sectors of
 * it, in any order, at any moment, in any of the versions they had. {@link #cutPower} leaves what
 * the device took; {@link #killProcess} leaves the cache. A sync that fails takes some sectors and
 * calls all of them clean, as Linux does: the next sync reports success, the cache shows the data,
 * the device does not have it. Creations and removals of files last only after the folder was
 * synced.
 */
final class SimulatedDisk implements Disk {
  static final int SECTOR = 512;

  /** The process ends in the middle of a call. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1;

    Crash() {
      super("simulated crash", null, false, false);
    }
  }

  private final Random random;
  private long capacity;
  private final Map<String, Content> visible = new TreeMap<>();
  private Map<String, Content> durableNames = new TreeMap<>();
  private int callsUntilCrash = Integer.MAX_VALUE;
  private int syncsUntilFailure = Integer.MAX_VALUE;

  SimulatedDisk(Random random, long capacity) {
    this.random = random;
    this.capacity = capacity;
  }

  /** The disk has no room for more than it holds. */
  void limit() {
    capacity = bytes();
  }

  /** Lets the process end in its n-th call from now, writes half done. */
  void crashAfter(int calls) {
    callsUntilCrash = calls;
  }

  /** Lets the n-th sync of a file from now fail. */
  void failSyncAfter(int syncs) {
    syncsUntilFailure = syncs;
  }

  /** The process is gone; everything it wrote is in the cache. */
  void killProcess() {
    callsUntilCrash = Integer.MAX_VALUE;
    syncsUntilFailure = Integer.MAX_VALUE;
  }

  /** The machine is gone; what the device took is left. */
  void cutPower() {
    killProcess();
    Map<String, Content> left = new TreeMap<>(durableNames);
    for (Map.Entry<String, Content> entry : visible.entrySet()) {
      if (!durableNames.containsKey(entry.getKey()) && random.nextBoolean()) {
        left.put(entry.getKey(), entry.getValue());
      }
    }
    for (String name : durableNames.keySet()) {
      if (!visible.containsKey(name) && random.nextBoolean()) {
        left.remove(name);
      }
    }
    // Some cuts take nothing more, some everything, most something in between.
    int percent = random.nextInt(4) == 0 ? 0 : random.nextInt(101);
    left.values().forEach(content -> content.cutPower(percent));
    visible.clear();
    visible.putAll(left);
    durableNames = new TreeMap<>(left);
  }

  /** Turns one bit of the device, in one of the files; says which. */
  String flipBit() {
    List<String> names = List.copyOf(visible.keySet());
    String name = names.get(random.nextInt(names.size()));
    Content content = content(name);
    int at = random.nextInt(content.device.length);
    byte flipped = (byte) (content.device[at] ^ (1 << random.nextInt(8)));
    content.device[at] = flipped;
    content.cache[at] = flipped;
    return name + " byte " + at;
  }

  /** What the device holds of a file; changes reach the disk. */
  byte[] device(String name) {
    return content(name).device;
  }

  private Content content(String name) {
    return Objects.requireNonNull(visible.get(name), name);
  }

  /** Lets the cache show what the device holds. */
  void dropCache() {
    visible.values().forEach(content -> content.cache = content.device.clone());
  }

  @Override
  public List<String> list() {
    return List.copyOf(visible.keySet());
  }

  @Override
  public File create(String name) throws IOException {
    call();
    Content content = new Content();
    if (visible.putIfAbsent(name, content) != null) {
      throw new IOException(name + " exists");
    }
    return content;
  }

  @Override
  public File open(String name) throws IOException {
    Content content = visible.get(name);
    if (content == null) {
      throw new IOException(name + " does not exist");
    }
    return content;
  }

  @Override
  public void delete(String name) throws IOException {
    call();
    if (visible.remove(name) == null) {
      throw new IOException(name + " does not exist");
    }
  }

  @Override
  public void syncDirectory() {
    call();
    durableNames = new TreeMap<>(visible);
  }

  private void call() {
    if (--callsUntilCrash < 0) {
      throw new Crash();
    }
  }

  private long bytes() {
    return visible.values().stream().mapToLong(content -> content.cache.length).sum();
  }

  private final class Content implements File {
    private byte[] cache = {};
    private byte[] device = {};
    private final BitSet dirty = new BitSet();

    @Override
    public long size() {
      return cache.length;
    }

    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
      int length = bytes.remaining();
      int at = Math.toIntExact(position);
      if (bytes() + Math.max(0, at + length - cache.length) > capacity) {
        throw new IOException("No space left on device");
      }
      boolean crash = --callsUntilCrash < 0;
      if (crash) {
        length = random.nextInt(length + 1);
      }
      if (at + length > cache.length) {
        cache = Arrays.copyOf(cache, at + length);
      }
      bytes.get(cache, at, length);
      if (length > 0) {
        dirty.set(at / SECTOR, (at + length - 1) / SECTOR + 1);
      }
      if (random.nextInt(8) == 0) {
        writeBack(random.nextInt(101));
      }
      if (crash) {
        throw new Crash();
      }
    }

    @Override
    public void read(ByteBuffer bytes, long position) throws IOException {
      copy(cache, bytes, position);
    }

    @Override
    public void readDevice(ByteBuffer bytes, long position) throws IOException {
      // As with O_DIRECT: what is dirty is written back first.
      writeBack(100);
      copy(device, bytes, position);
    }

    private void copy(byte[] from, ByteBuffer bytes, long position) throws IOException {
      if (position + bytes.remaining() > from.length) {
        throw new EOFException("byte " + (position + bytes.remaining()) + " of " + from.length);
      }
      bytes.put(from, Math.toIntExact(position), bytes.remaining());
    }

    @Override
    public void force() throws IOException {
      call();
      if (--syncsUntilFailure == 0) {
        writeBack(random.nextInt(101));
        dirty.clear();
        throw new IOException("Input/output error");
      }
      writeBack(100);
    }

    /** The device takes some of the dirty sectors. */
    private void writeBack(int percent) {
      boolean takesLength = percent == 100 || random.nextInt(100) < percent;
      if (takesLength && device.length != cache.length) {
        device = Arrays.copyOf(device, cache.length);
      }
      for (int sector = dirty.nextSetBit(0); sector >= 0; sector = dirty.nextSetBit(sector + 1)) {
        int from = sector * SECTOR;
        int to = Math.min(Math.min(from + SECTOR, cache.length), device.length);
        if (from < to && (percent == 100 || random.nextInt(100) < percent)) {
          System.arraycopy(cache, from, device, from, to - from);
          dirty.clear(sector);
        }
      }
    }

    private void cutPower(int percent) {
      writeBack(percent);
      dirty.clear();
      cache = device.clone();
    }

    @Override
    public void close() {}
  }

  /** Names of files that begin with {@code prefix}. */
  List<String> names(String prefix) {
    List<String> found = new ArrayList<>(visible.keySet());
    found.removeIf(name -> !name.startsWith(prefix));
    return found;
  }
}
