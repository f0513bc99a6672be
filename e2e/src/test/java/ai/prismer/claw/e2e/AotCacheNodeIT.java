package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.training.BusTraining;
import ai.prismer.claw.training.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image of the bus as it is loaded onto the node: its AOT cache is of its jars, and is used.
 */
class AotCacheNodeIT {
  @TempDir Path root;

  private Image image;

  @BeforeEach
  void unpack() {
    Node.run(
            Node.root().resolve("images/unpack").toString(),
            Node.archive("bus").toString(),
            root.toString())
        .succeeds();
    image = new Image(root);
  }

  @Test
  void theCacheIsNamedByTheJarsAndTheProgramComesFromIt() throws IOException {
    assertThat(image.faults()).isEmpty();

    // With this mode a cache that the virtual machine does not take is the end of it.
    assertThat(help("-XX:AOTMode=on", "-Xlog:class+load"))
        .containsPattern(" " + BusTraining.MAIN + " source: shared objects file");
  }

  @Test
  void aJarThatWasReplacedWithoutANewCacheIsNoticed() throws IOException {
    Path jar = image.jars().files().getFirst();
    byte[] bytes = Files.readAllBytes(jar);
    bytes[bytes.length / 2] ^= 1;
    Files.write(jar, bytes);

    assertThat(image.faults()).singleElement().asString().contains("the jars are those of");
  }

  /** What the program prints; in the files of its image, as its entry point starts it. */
  private String help(String... options) throws IOException {
    // The dynamic linker finds the launcher's libraries by /proc.
    Files.createDirectories(root.resolve("proc"));
    List<String> command =
        new ArrayList<>(List.of("unshare", "--mount", "--mount-proc=/proc", "--root=" + root));
    List<String> start = image.withCache(BusTraining.MAIN);
    command.addAll(start.subList(0, start.size() - 1));
    command.addAll(List.of(options));
    command.addAll(List.of(start.getLast(), "--help"));
    return Node.run(command.toArray(String[]::new)).succeeds();
  }
}
