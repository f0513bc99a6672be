package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnalysisTest {
  @Test
  void anAnalysisIsTakenWithItsTextMarkedAsAModels() {
    Analysis analysis =
        Analysis.parse(
                "{\"escalationRef\":\"a-ops-1\",\"outcome\":\"unsure\",\"text\":\"a leak?\"}")
            .orElseThrow();

    assertThat(analysis).isEqualTo(new Analysis("a-ops-1", "unsure", "a leak?"));
    assertThat(analysis.shown("system:serviceaccount:ops:companion"))
        .isEqualTo("[unsure; untrusted words of system:serviceaccount:ops:companion] a leak?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "[]",
        "{}",
        "{\"escalationRef\":\"a\",\"outcome\":\"approve\",\"text\":\"x\"}",
        "{\"escalationRef\":\"a\",\"outcome\":\"unsure\"}",
        "{\"escalationRef\":\"a\",\"outcome\":\"unsure\",\"text\":7}",
        "{\"escalationRef\":\"a\",\"outcome\":\"unsure\",\"text\":\"x\",\"approval\":\"yes\"}",
        "{\"escalationRef\":\"a\",\"escalationRef\":\"b\",\"outcome\":\"unsure\",\"text\":\"x\"}",
      })
  void anythingElseIsNone(String value) {
    assertThat(Analysis.parse(value)).isEmpty();
  }

  @Test
  void whatIsTooLargeIsNone() {
    String text = "x".repeat(Analysis.MAX_BYTES);
    assertThat(
            Analysis.parse(
                "{\"escalationRef\":\"a\",\"outcome\":\"unsure\",\"text\":\"" + text + "\"}"))
        .isEmpty();
  }

  @Test
  void linksMentionsAndWhatRepaintsAScreenDoNotReachAPerson() {
    assertThat(Analysis.harmless("[approve](https://evil.example/x) now")).isEqualTo("approve now");
    assertThat(Analysis.harmless("go to HTTPS://evil.example/?a=b now"))
        .isEqualTo("go to (link) now");
    assertThat(Analysis.harmless("<!channel> <@U123> @everyone mail a@b"))
        .isEqualTo("  everyone mail ab");
    assertThat(Analysis.harmless("a\u001b[2Jb\nc\u202ed"))
        .isEqualTo("a\\u{1b}[2Jb\\u{a}c\\u{202e}d");
  }

  @Test
  void aTextIsCutBetweenCharactersAtFourKibibytes() {
    String cut = Analysis.harmless("\u20ac".repeat(3000));

    assertThat(cut.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(4090, Analysis.MAX_TEXT);
    assertThat(cut).endsWith("\u20ac\u2026");
  }
}
