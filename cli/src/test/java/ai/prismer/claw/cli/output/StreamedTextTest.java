package ai.prismer.claw.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamedTextTest {
  private static final String HOSTILE =
      "a\tb \u001b]8;;http://x\u0007\u009b2J\u202ed \ud83e\udd80 \u00f6\r\nback\rover\u2028\n\nlast\n";

  private static final String SAFE =
      "a    b \\u{1b}]8;;http://x\\u{7}\\u{9b}2J\\u{202e}d \ud83e\udd80 \u00f6\nback\\u{d}over\\u{2028}\n\nlast\n";

  private final StringWriter out = new StringWriter();
  private final StreamedText text =
      new Screen(new PrintWriter(out), new PrintWriter(new StringWriter())).streamed();

  @Test
  void linesStayLinesAndNothingSteersTheTerminal() {
    text.piece(HOSTILE);
    text.end();

    assertThat(shown()).isEqualTo(SAFE);
  }

  @ParameterizedTest(name = "pieces of {0}")
  @ValueSource(ints = {1, 2, 3, 5, 7})
  void whereItIsCutMakesNoDifference(int length) {
    for (int from = 0; from < HOSTILE.length(); from += length) {
      text.piece(HOSTILE.substring(from, Math.min(HOSTILE.length(), from + length)));
    }
    text.end();

    assertThat(shown()).isEqualTo(SAFE);
  }

  @Test
  void aPieceIsShownWhenItComesAndNotWithTheNextOne() {
    text.piece("half an");

    assertThat(shown()).isEqualTo("half an");
  }

  @Test
  void aCharacterWhoseSecondHalfNeverComesIsShownAsAnEscape() {
    text.piece("last \ud83e");
    text.end();

    assertThat(shown()).isEqualTo("last \\u{d83e}\n");
  }

  @Test
  void theEndEndsALineThatIsOpenAndNoOther() {
    for (String piece : List.of("", "a", "\n", "")) {
      text.piece(piece);
    }
    text.end();
    text.end();

    assertThat(shown()).isEqualTo("a\n");
  }

  private String shown() {
    return out.toString().replace(System.lineSeparator(), "\n");
  }
}
