package ai.prismer.claw.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTest {
  @TempDir Path root;

  private Image image;

  @BeforeEach
  void anImageOfTwoJars() throws IOException {
    image = new Image(root);
    Files.createDirectories(root.resolve("app/lib"));
    Files.createDirectories(root.resolve("app/aot"));
    Files.writeString(root.resolve("app/lib/b.jar"), "bbb");
    Files.writeString(root.resolve("app/lib/a.jar"), "aaa");
    Files.writeString(image.file(image.cache()), "cache");
    image.name(image.cache());
  }

  @Test
  void theClassPathIsInTheOrderOfTheNames() throws IOException {
    assertThat(Files.readAllLines(image.file(Image.MADE)))
        .containsExactly(
            "-XX:AOTCache=/app/aot/" + image.jars().hash() + ".aot",
            "-cp /app/lib/a.jar:/app/lib/b.jar");
    assertThat(image.faults()).isEmpty();
  }

  @Test
  void aJarOfTheSameLengthInThePlaceOfAnotherIsNoticed() throws IOException {
    Files.writeString(root.resolve("app/lib/b.jar"), "bbc");

    assertThat(image.faults()).singleElement().asString().contains("the jars are those of");
  }

  @Test
  void twoJarsThatChangedPlacesAreNoticed() throws IOException {
    Files.writeString(root.resolve("app/lib/b.jar"), "aaa");
    Files.writeString(root.resolve("app/lib/a.jar"), "bbb");

    assertThat(image.faults()).singleElement().asString().contains("the jars are those of");
  }

  @Test
  void oneMoreJarIsNoticed() throws IOException {
    Files.writeString(root.resolve("app/lib/c.jar"), "");

    assertThat(image.faults()).hasSize(2).last().asString().contains("the class path is");
  }

  @Test
  void aCacheThatIsNotThereIsNoticed() throws IOException {
    Files.delete(image.file(image.cache()));

    assertThat(image.faults()).containsExactly("there is no " + image.cache());
  }

  @Test
  void anImageWithoutJarsIsNoImage() throws IOException {
    Files.delete(root.resolve("app/lib/a.jar"));
    Files.delete(root.resolve("app/lib/b.jar"));

    assertThatThrownBy(image::faults).hasMessageContaining("holds no jar");
  }
}
