package ai.prismer.claw.bus;

import ai.prismer.claw.bus.journal.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A disk whose syncs last for as long as the test says. */
public final class HeldDisk implements Disk {
  private final Disk disk;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private boolean held;

  /** Holds nothing yet. */
  HeldDisk(Disk disk) {
    this.disk = disk;
  }

  /** From now on no sync of a file ends, or all do that wait. */
  public void hold(boolean wanted) {
    lock.lock();
    try {
      held = wanted;
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitRelease() {
    lock.lock();
    try {
      while (held) {
        released.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<String> list() throws IOException {
    return disk.list();
  }

  @Override
  public File create(String name) throws IOException {
    return new HeldFile(disk.create(name));
  }

  @Override
  public File open(String name) throws IOException {
    return new HeldFile(disk.open(name));
  }

  @Override
  public void delete(String name) throws IOException {
    disk.delete(name);
  }

  @Override
  public void syncDirectory() throws IOException {
    disk.syncDirectory();
  }

  private final class HeldFile implements File {
    private final File file;

    HeldFile(File file) {
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
      file.write(bytes, position);
    }

    @Override
    public void read(ByteBuffer bytes, long position) throws IOException {
      file.read(bytes, position);
    }

    @Override
    public void readDevice(ByteBuffer bytes, long position) throws IOException {
      file.readDevice(bytes, position);
    }

    @Override
    public void force() throws IOException {
      awaitRelease();
      file.force();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
