package ai.prismer.claw.bench.bus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A cgroup with a part of a CPU, as a container with that limit has. Needs root. */
final class CpuQuota implements AutoCloseable {
  private static final long PERIOD_MICROS = 100_000;

  private final Path group;

  /**
   * Makes one, where version 1 or 2 of cgroups has the controller.
   *
   * @param milliCpu thousandths of a CPU
   */
  CpuQuota(int milliCpu) throws IOException {
    Path root = Path.of("/sys/fs/cgroup");
    boolean first = Files.exists(root.resolve("cpu/cpu.cfs_quota_us"));
    group =
        Files.createDirectory(
            root.resolve(first ? "cpu" : "").resolve("bench-bus-" + ProcessHandle.current().pid()));
    long quota = milliCpu * PERIOD_MICROS / 1000;
    if (first) {
      Files.writeString(group.resolve("cpu.cfs_period_us"), Long.toString(PERIOD_MICROS));
      Files.writeString(group.resolve("cpu.cfs_quota_us"), Long.toString(quota));
    } else {
      Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
    }
  }

  /** From now on the process has that much, all its threads together. */
  void limit(Process process) throws IOException {
    Files.writeString(group.resolve("cgroup.procs"), Long.toString(process.pid()));
  }

  /** Removes it; the process in it has ended. */
  @Override
  public void close() throws IOException {
    Files.delete(group);
  }
}
