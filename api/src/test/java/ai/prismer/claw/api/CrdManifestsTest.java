package ai.prismer.claw.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CrdManifestsTest {
  private static final Path CHART = Path.of("../charts/k8s4claw/files/crds");

  @Test
  void theChartShipsTheDefinitionsThatTheRecordsGenerate() throws IOException {
    Map<String, String> generated = CrdManifests.all(Path.of("target/crds"));
    if ("write".equals(System.getenv("CLAW_MANIFESTS"))) {
      Files.createDirectories(CHART);
      for (Map.Entry<String, String> file : generated.entrySet()) {
        Files.writeString(CHART.resolve(file.getKey()), file.getValue());
      }
    }
    Map<String, String> shipped = new TreeMap<>();
    try (var paths = Files.newDirectoryStream(CHART, "*.yaml")) {
      for (Path path : paths) {
        shipped.put(path.getFileName().toString(), Files.readString(path));
      }
    }
    assertThat(shipped)
        .as("run `make manifests` after a change of the records")
        .isEqualTo(generated);
  }
}
