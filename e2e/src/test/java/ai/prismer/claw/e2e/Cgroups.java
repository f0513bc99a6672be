package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What the kernel itself holds a pod to. Seen on cgroup v1 ({@code memory.limit_in_bytes} under
 * {@code memory/kubepods}); v2 has {@code memory.max} under {@code kubepods}.
 */
final class Cgroups {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private Cgroups() {}

  /** Memory limit of a whole pod in bytes. */
  static long podMemory(String podUid) {
    return limit(pod(podUid));
  }

  /** Memory limit of one container in bytes; the ID as the kubelet reports it. */
  static long containerMemory(String podUid, String containerId) {
    String id = containerId.substring(containerId.lastIndexOf('/') + 1);
    return limit(find(pod(podUid), id));
  }

  private static Path pod(String uid) {
    Path controller = Files.isDirectory(ROOT.resolve("memory")) ? ROOT.resolve("memory") : ROOT;
    return find(controller, "pod" + uid);
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

  private static long limit(Path group) {
    Path first = group.resolve("memory.limit_in_bytes");
    Path file = Files.exists(first) ? first : group.resolve("memory.max");
    try {
      String text = Files.readString(file).strip();
      assertThat(text).as(file.toString()).isNotEqualTo("max");
      return Long.parseLong(text);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
