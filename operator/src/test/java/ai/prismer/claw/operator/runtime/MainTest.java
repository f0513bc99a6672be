package ai.prismer.claw.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MainTest {

  @Test
  void theConfigurationIsNamedOrTheUsualOne() {
    assertThat(Main.Arguments.of(List.of("--config", "a.yaml")))
        .isEqualTo(new Main.Arguments.Run(Path.of("a.yaml")));
    assertThat(Main.Arguments.of(List.of()))
        .isEqualTo(new Main.Arguments.Run(Path.of("/etc/k8s4claw/config.yaml")));
  }

  @Test
  void helpAndVersionWin() {
    assertThat(Main.Arguments.of(List.of("--config", "a", "--help")))
        .isEqualTo(new Main.Arguments.Help());
    assertThat(Main.Arguments.of(List.of("--version"))).isEqualTo(new Main.Arguments.ShowVersion());
    assertThat(Version.current()).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
  }

  @Test
  void anythingElseIsRefused() {
    assertThatThrownBy(() -> Main.Arguments.of(List.of("--conifg", "a")))
        .hasMessageContaining("--conifg a");
  }
}
