package ai.prismer.claw.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final String HOSTILE = "\u001b[2J\u202eyes\nno";

  @Test
  void columnsAreAsWideAsTheirWidestCellAndNothingIsADash() {
    Table table = new Table("NAME", "AGE").row("my-agent", "5m").row("", null);

    assertThat(table.lines()).containsExactly("NAME      AGE", "my-agent  5m", "-         -");
    assertThat(table.isEmpty()).isFalse();
  }

  @Test
  void aHostileCellStaysOnItsLineAndInItsColumn() {
    assertThat(new Table("A", "B").row(HOSTILE, "x").lines().getLast())
        .isEqualTo("\\u{1b}[2J\\u{202e}yes\\u{a}no  x");
  }

  @Test
  void aRowThatDoesNotFitIsAMistakeOfTheProgram() {
    Table table = new Table("A");

    assertThatThrownBy(() -> table.row("a", "b")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void yamlIsPureAsciiAndStillSaysTheSame() throws Exception {
    ObjectNode tree = new JsonMapper().createObjectNode();
    tree.put("text", HOSTILE + " größer 🦀").put("version", "1.10").put("on", "true");

    String yaml = YamlText.of(tree);

    assertThat(yaml.chars()).allMatch(c -> (c >= 0x20 && c < 0x7f) || c == '\n');
    assertThat(new YAMLMapper().readTree(yaml)).isEqualTo(tree);
  }

  @Test
  void anAgeIsSaidInTheLargestUnitOfWhichThereAreTwo() {
    Instant now = Instant.parse("2026-01-03T00:00:00Z");

    assertThat(Age.of(Duration.ofSeconds(119))).isEqualTo("119s");
    assertThat(Age.of(Duration.ofMinutes(2))).isEqualTo("2m");
    assertThat(Age.of("2026-01-01T00:00:00Z", now)).isEqualTo("2d");
    assertThat(Age.of("2026-01-02T00:00:00+00:00", now)).isEqualTo("24h");
    assertThat(Age.of("2026-01-04T00:00:00Z", now)).isEqualTo("0s");
    assertThat(Age.of("never", now)).isEqualTo("never");
    assertThat(Age.of((String) null, now)).isEmpty();
  }
}
