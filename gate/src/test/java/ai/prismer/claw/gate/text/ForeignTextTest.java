package ai.prismer.claw.gate.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What other people wrote must not steer the screen of whoever reads it. */
class ForeignTextTest {
  @Test
  void anEscapeSequenceIsShownInsteadOfSent() {
    assertThat(ForeignText.line("\u001b[2Jgone \u001b]8;;http://evil\u0007link"))
        .isEqualTo("\\u{1b}[2Jgone \\u{1b}]8;;http://evil\\u{7}link");
  }

  @Test
  void theEightBitFormsOfEscapesAreShownToo() {
    assertThat(ForeignText.line("\u009b2J\u009d8;;x")).isEqualTo("\\u{9b}2J\\u{9d}8;;x");
  }

  @Test
  void bidirectionalMarksAreShown() {
    assertThat(ForeignText.line("approve\u202e\u2066\u061c\u200f"))
        .isEqualTo("approve\\u{202e}\\u{2066}\\u{61c}\\u{200f}");
  }

  @Test
  void invisibleCharactersAreShown() {
    assertThat(ForeignText.line("a\u200bb\ufeffc\u00add\u3164e\u2060f\ufe0fg\udb40\udc41"))
        .isEqualTo("a\\u{200b}b\\u{feff}c\\u{ad}d\\u{3164}e\\u{2060}f\\u{fe0f}g\\u{e0041}");
  }

  @Test
  void linesAndTabsStayOnOneLine() {
    assertThat(ForeignText.line("a\nb\rc\td\u2028e\u0085f\u0000"))
        .isEqualTo("a\\u{a}b\\u{d}c\\u{9}d\\u{2028}e\\u{85}f\\u{0}");
  }

  @Test
  void halfOfASurrogatePairIsShown() {
    assertThat(ForeignText.line("a\ud800b")).isEqualTo("a\\u{d800}b");
  }

  @Test
  void ordinaryTextOfAnyLanguageIsLeftAlone() {
    String text = "Größe 768Mi — 内存 ذاكرة 🦀 \"'<>&\\";

    assertThat(ForeignText.line(text)).isEqualTo(text);
  }

  @Test
  void textThatIsTooLongIsCutBetweenCharactersAndSaysHowMuchIsMissing() {
    assertThat(ForeignText.line("🦀🦀🦀", 2)).isEqualTo("🦀🦀… (2 more)");
    assertThat(ForeignText.quoted("x".repeat(100))).hasSize(64 + 2 + "… (36 more)".length());
  }

  @Test
  void nothingThatATerminalActsOnIsLeftOfAnyText() {
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append((char) (random.nextBoolean() ? random.nextInt(0x10000) : random.nextInt(0xa0)));
      }
      String shown = ForeignText.line(text.toString());
      assertThat(shown.codePoints().anyMatch(ForeignTextTest::steers)).as(shown).isFalse();
    }
  }

  /**
   * Not the production code's list: only what Unicode itself calls control, format or separator.
   */
  private static boolean steers(int codePoint) {
    return Character.isISOControl(codePoint)
        || Character.isIdentifierIgnorable(codePoint)
        || (codePoint >= 0xd800 && codePoint <= 0xdfff)
        || codePoint == 0x2028
        || codePoint == 0x2029;
  }
}
