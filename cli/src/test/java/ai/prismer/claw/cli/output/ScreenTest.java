package ai.prismer.claw.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private static final String HOSTILE =
      "\u001b]8;;http://evil\u0007approve\u001b]8;;\u0007 \u202edeny\u2066 \u009b2J\nsecond line";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Screen screen = new Screen(new PrintWriter(out), new PrintWriter(err));

  @Test
  void nothingOfAForeignTextSteersTheTerminalAndItStaysOnOneLine() {
    screen.result(HOSTILE);
    screen.note(HOSTILE);

    assertThat(out.toString())
        .isEqualTo(
            "\\u{1b}]8;;http://evil\\u{7}approve\\u{1b}]8;;\\u{7} \\u{202e}deny\\u{2066}"
                + " \\u{9b}2J\\u{a}second line"
                + System.lineSeparator());
    assertThat(err.toString()).isEqualTo(out.toString());
  }

  @Test
  void jsonIsPureAsciiAndStillSaysTheSame() throws Exception {
    screen.result(Screen.object().put("reason", HOSTILE + " größer 🦀"));

    assertThat(out.toString().chars()).allMatch(c -> (c >= 0x20 && c < 0x7f) || c == '\n');
    assertThat(new JsonMapper().readTree(out.toString()).path("reason").asText())
        .isEqualTo(HOSTILE + " größer 🦀");
  }
}
