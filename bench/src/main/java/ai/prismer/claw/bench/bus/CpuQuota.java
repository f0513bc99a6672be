package ai.prismer.claw.bench.bus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

  /** The command, so that it is in the group from its first instruction on. */
  List<String> inside(List<String> command) {
    List<String> wrapped = new ArrayList<>();
    wrapped.addAll(List.of("sh", "-c", "echo $$ >\"$0\" && exec \"$@\""));
    wrapped.add(group.resolve("cgroup.procs").toString());
    wrapped.addAll(command);
    return wrapped;
  }

  /** Removes it; the process in it has ended. */
  @Override
  public void close() throws IOException {
    Files.delete(group);
  }
}
