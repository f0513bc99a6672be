package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the kernel itself holds a pod to. Seen on cgroup v1 ({@code memory/kubepods} with {@code
 * memory.limit_in_bytes}, {@code cpu/kubepods} with {@code cpu.cfs_quota_us}); v2 has {@code
 * memory.max} and {@code cpu.max} under {@code kubepods}.
 */
final class Cgroups {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private Cgroups() {}

  /** Memory limit of a whole pod in bytes. */
  static long podMemory(String podUid) {
    return memory(pod("memory", podUid));
  }

  /** Memory limit of one container in bytes; the ID as the kubelet reports it. */
  static long containerMemory(String podUid, String containerId) {
    return memory(container("memory", podUid, containerId));
  }

  /** CPU limit of one container in thousandths of a core; the ID as the kubelet reports it. */
  static long containerCpu(String podUid, String containerId) {
    Path group = container("cpu", podUid, containerId);
    Path quota = group.resolve("cpu.cfs_quota_us");
    if (Files.exists(quota)) {
      return number(read(quota)) * 1000 / number(read(group.resolve("cpu.cfs_period_us")));
    }
    String both = read(group.resolve("cpu.max"));
    int space = both.indexOf(' ');
    return number(both.substring(0, space)) * 1000 / number(both.substring(space + 1));
  }

  /** The processes of one container, as this machine numbers them. */
  static List<Long> processes(String podUid, String containerId) {
    return read(container("memory", podUid, containerId).resolve("cgroup.procs"))
        .lines()
        .map(Cgroups::number)
        .toList();
  }

  private static Path container(String controller, String podUid, String containerId) {
    String id = containerId.substring(containerId.lastIndexOf('/') + 1);
    return find(pod(controller, podUid), id);
  }

  private static Path pod(String controller, String uid) {
    Path own = ROOT.resolve(controller);
    return find(Files.isDirectory(own) ? own : ROOT, "pod" + uid);
  }

  private static Path find(Path under, String part) {
    // The systemd driver writes underscores into a unit name, and a suffix behind it.
    String escaped = part.replace('-', '_');
    try (Stream<Path> paths = Files.walk(under, 5)) {
      return paths
          .filter(Files::isDirectory)
          .filter(path -> {
            String name = path.getFileName().toString();
            return name.contains(part) || name.contains(escaped);
          })
          .findFirst()
          .orElseThrow(() -> new AssertionError("no cgroup of " + part + " under " + under));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static long memory(Path group) {
    Path first = group.resolve("memory.limit_in_bytes");
    return number(read(Files.exists(first) ? first : group.resolve("memory.max")));
  }

  private static long number(String text) {
    assertThat(text).as("a limit").matches("[0-9]+");
    return Long.parseLong(text);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
