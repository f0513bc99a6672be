package ai.prismer.claw.bus.journal;

import ai.prismer.claw.bus.log.LineLogger;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder of the file system. */
public final class FileDisk implements Disk {
  private static final System.Logger LOG = LineLogger.of(FileDisk.class);

  private final Path folder;

  /** Bytes that reads past the page cache have to be aligned to. */
  private final int blockSize;

  private ByteBuffer scratch = ByteBuffer.allocate(0);

  /** Uses {@code folder}, which is made if it does not exist. */
  public FileDisk(Path folder) throws IOException {
    this.folder = folder;
    if (Files.notExists(folder)) {
      Files.createDirectories(folder);
      Path parent = folder.toAbsolutePath().getParent();
      if (parent != null) {
        sync(parent);
      }
    }
    this.blockSize = Math.toIntExact(Files.getFileStore(folder).getBlockSize());
  }

  @Override
  public List<String> list() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
    }
  }

  @Override
  public File create(String name) throws IOException {
    return new ChannelFile(
        folder.resolve(name),
        FileChannel.open(
            folder.resolve(name),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  @Override
  public File open(String name) throws IOException {
    return new ChannelFile(
        folder.resolve(name),
        FileChannel.open(folder.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public void delete(String name) throws IOException {
    Files.delete(folder.resolve(name));
  }

  @Override
  public void syncDirectory() throws IOException {
    sync(folder);
  }

  /** One buffer for all reads past the page cache: direct memory is freed when it pleases. */
  private ByteBuffer aligned(int length, int block) {
    if (scratch.capacity() < length + block) {
      scratch = ByteBuffer.allocateDirect(length + block);
    }
    return scratch.clear().alignedSlice(block).limit(length);
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private final class ChannelFile implements File {
    private final Path path;
    private final FileChannel channel;

    /** Opened at the first read past the page cache; absent before and where it cannot be had. */
    private @Nullable FileChannel device;

    private boolean deviceRefused;

    ChannelFile(Path path, FileChannel channel) {
      this.path = path;
      this.channel = channel;
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    }

    @Override
    public void read(ByteBuffer bytes, long position) throws IOException {
      fill(channel, bytes, position);
    }

    @Override
    public void readDevice(ByteBuffer bytes, long position) throws IOException {
      FileChannel direct = device();
      if (direct == null) {
        fill(channel, bytes, position);
        return;
      }
      int block = blockSize;
      int lead = Math.toIntExact(position % block);
      int length = Math.ceilDiv(lead + bytes.remaining(), block) * block;
      ByteBuffer aligned = aligned(length, block);
      while (aligned.position() < lead + bytes.remaining()) {
        int read = direct.read(aligned, position - lead + aligned.position());
        if (read < 0) {
          throw new EOFException(path + " ends before byte " + (position + bytes.remaining()));
        }
      }
      bytes.put(aligned.slice(lead, bytes.remaining()));
    }

    private @Nullable FileChannel device() {
      if (device == null && !deviceRefused) {
        try {
          device = FileChannel.open(path, StandardOpenOption.READ, pastPageCache());
        } catch (IOException | UnsupportedOperationException refused) {
          // tmpfs and some overlays; there is no device behind them that could differ.
          deviceRefused = true;
          LOG.log(
              System.Logger.Level.INFO,
              "{0}: no reading past the page cache here ({1})",
              path,
              refused.getMessage());
        }
      }
      return device;
    }

    /**
     * {@code com.sun.nio.file.ExtendedOpenOption.DIRECT} of module {@code jdk.unsupported}, found
     * by name because javac warns about every other way to name it and lets nobody answer.
     */
    private OpenOption pastPageCache() {
      try {
        for (Object option :
            Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
          if (option instanceof OpenOption direct && direct.toString().equals("DIRECT")) {
            return direct;
          }
        }
      } catch (ClassNotFoundException absent) {
        throw new UnsupportedOperationException("this JRE lacks module jdk.unsupported", absent);
      }
      throw new UnsupportedOperationException("this JRE has no open option DIRECT");
    }

    private void fill(FileChannel from, ByteBuffer bytes, long position) throws IOException {
      long at = position;
      while (bytes.hasRemaining()) {
        int read = from.read(bytes, at);
        if (read < 0) {
          throw new EOFException(path + " ends at byte " + at);
        }
        at += read;
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      try {
        channel.close();
      } finally {
        if (device != null) {
          device.close();
        }
      }
    }
  }
}
