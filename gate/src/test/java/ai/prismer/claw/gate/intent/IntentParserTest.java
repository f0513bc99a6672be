package ai.prismer.claw.gate.intent;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.gate.intent.Parsed.Flaw;
import ai.prismer.claw.gate.intent.Parsed.Malformed;
import ai.prismer.claw.gate.intent.Parsed.Valid;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntentParserTest {
  private static final String WHOLE =
      """
      {"action":"bump-memory","params":{"target":"768Mi"},"generation":1766400000000,\
      "source":"rule-engine","escalationRef":"my-agent-ops-x7k2p","reason":"out of memory"}\
      """;

  @Test
  void aWholeIntentIsReadAsItStands() {
    assertThat(IntentParser.parse(WHOLE))
        .isEqualTo(
            new Valid(
                new Intent(
                    Action.BUMP_MEMORY,
                    Map.of("target", "768Mi"),
                    1766400000000L,
                    "rule-engine",
                    "my-agent-ops-x7k2p",
                    "out of memory")));
  }

  @Test
  void theIntentOfTheOriginalsDocumentationIsRead() {
    assertThat(
            IntentParser.parse(
                """
                {"action":"scale-replicas","params":{"replicas":"2"},"generation":41,\
                "source":"me","escalationRef":"a-ops-1"}\
                """))
        .isInstanceOf(Valid.class);
  }

  @Test
  void anActionWithoutParametersNeedsNone() {
    assertThat(
            IntentParser.parse(
                """
                {"action":"restart-pod","generation":1,"source":"me"}\
                """))
        .isEqualTo(new Valid(new Intent(Action.RESTART_POD, Map.of(), 1, "me", null, null)));
  }

  @Test
  void whiteSpaceAndOrderDoNotChangeTheDigest() {
    String other =
        """
         {
          "reason": "out of\\u0020memory", "source":"rule-engine" , "generation" : 1766400000000,
          "params" : { "target" : "768\\u004di" }, "escalationRef":"my-agent-ops-x7k2p",
          "action" : "bump-memory"
        }
        """;

    assertThat(IntentParser.parse(other)).isEqualTo(IntentParser.parse(WHOLE));
    assertThat(IntentParser.parse(other).digest()).isEqualTo(IntentParser.parse(WHOLE).digest());
  }

  @Test
  void theCanonicalFormIsTheSortedOne() {
    assertThat(((Valid) IntentParser.parse(WHOLE)).intent().canonical())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(
            """
            {"action":"bump-memory","escalationRef":"my-agent-ops-x7k2p","generation":1766400000000,\
            "params":{"target":"768Mi"},"reason":"out of memory","source":"rule-engine"}\
            """);
  }

  @Test
  void theCanonicalFormIsReadAgainAsTheSameIntent() {
    Intent intent = ((Valid) IntentParser.parse(WHOLE)).intent();

    assertThat(IntentParser.parse(new String(intent.canonical(), StandardCharsets.UTF_8)))
        .isEqualTo(new Valid(intent));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "1",
        "\"bump-memory\"",
        "[]",
        "[{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\"}]",
        "{",
        "{}",
        "{\"action\":\"restart-pod\"",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\"}}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\"} {}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\"}\u0000",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\"} // go",
        "/*x*/{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\"}",
        "\ufeff{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\"}",
        "{'action':'restart-pod','generation':1,'source':'me'}",
        "{action:\"restart-pod\",\"generation\":1,\"source\":\"me\"}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"a\nb\"}",
        "action: restart-pod",
        "{\"generation\":1,\"source\":\"me\"}",
        "{\"action\":\"restart-pod\",\"source\":\"me\"}",
        "{\"action\":\"restart-pod\",\"generation\":1}",
        "{\"action\":null,\"generation\":1,\"source\":\"me\"}",
        "{\"action\":[\"restart-pod\"],\"generation\":1,\"source\":\"me\"}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":true}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",\"reason\":null}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",\"force\":\"true\"}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",\"Action\":\"bump-cpu\"}",
        "{\"action\":\"restart-pod\",\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\"}",
        "{\"action\":\"restart-pod\",\"\\u0061ction\":\"bump-cpu\",\"generation\":1,\"source\":\"me\"}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"generation\":2,\"source\":\"me\"}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",\"params\":[]}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",\"params\":\"pod\"}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",\"params\":null}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",\"params\":{},\"params\":{}}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",\"params\":{\"pod\":1}}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",\"params\":{\"pod\":{}}}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",\"params\":{\"pod\":\"a\",\"pod\":\"b\"}}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"\\ud800\"}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",\"params\":{\"\\udfff\":\"a\"}}",
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",\"params\":{\"a\":\"1\",\"b\":\"1\",\"c\":\"1\",\"d\":\"1\",\"e\":\"1\",\"f\":\"1\",\"g\":\"1\",\"h\":\"1\",\"i\":\"1\"}}",
      })
  void whatIsNoStrictObjectOfTheKnownKeysIsRefusedAsAShape(String text) {
    assertThat(IntentParser.parse(text))
        .isInstanceOfSatisfying(
            Malformed.class,
            malformed -> {
              assertThat(malformed.flaw()).isEqualTo(Flaw.SHAPE);
              assertThat(malformed.reason()).isNotBlank();
              assertThat(malformed.text()).isEqualTo(text);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "-0",
        "1.0",
        "1e3",
        "1E400",
        "\"1\"",
        "true",
        "null",
        "[]",
        "01",
        "+1",
        "0x1",
        "NaN",
        "9007199254740992",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "99999999999999999999999999999999999999999",
      })
  void aGenerationThatIsNoPlainIntegerInRangeIsRefused(String generation) {
    assertThat(
            IntentParser.parse(
                "{\"action\":\"restart-pod\",\"generation\":" + generation + ",\"source\":\"me\"}"))
        .isInstanceOfSatisfying(
            Malformed.class, malformed -> assertThat(malformed.flaw()).isEqualTo(Flaw.SHAPE));
  }

  @ParameterizedTest
  @CsvSource({
    "delete-pod",
    "BUMP-MEMORY",
    "Bump-memory",
    "bump_memory",
    "'bump-memory '",
    "bump-mеmory",
    "bump\u2010memory",
    "exec",
    "''"
  })
  void anActionThatDoesNotExistIsRefusedByItsName(String action) {
    assertThat(
            IntentParser.parse(
                "{\"action\":\"" + action + "\",\"generation\":1,\"source\":\"me\"}"))
        .isInstanceOfSatisfying(
            Malformed.class,
            malformed -> {
              assertThat(malformed.flaw()).isEqualTo(Flaw.ACTION);
              assertThat(malformed.reason()).contains("there is no action \"" + action + "\"");
            });
  }

  @Test
  void anIntentOfExactlyTheLargestSizeIsReadAndOneByteMoreIsRefused() {
    String frame = "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"\"}";
    String pad = "é".repeat((IntentParser.MAX_BYTES - frame.length()) / 2);
    String largest = frame.replace("\"\"}", '"' + pad + "\"}");
    largest += " ".repeat(IntentParser.MAX_BYTES - largest.getBytes(StandardCharsets.UTF_8).length);

    assertThat(IntentParser.parse(largest)).isInstanceOf(Valid.class);
    assertThat(IntentParser.parse(largest + " ")).isInstanceOf(Malformed.class);
  }

  @Test
  void aMebibyteOfJsonIsRefusedWithoutBeingRead() {
    assertThat(IntentParser.parse("[".repeat(1 << 20)))
        .isInstanceOfSatisfying(
            Malformed.class,
            malformed ->
                assertThat(malformed.reason()).isEqualTo("an intent is at most 4096 bytes"));
  }

  @Test
  void deepNestingIsRefusedAtItsFirstBracket() {
    String deep =
        "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",\"params\":{\"a\":"
            + "{\"a\":".repeat(600)
            + "1"
            + "}".repeat(602);

    assertThat(IntentParser.parse(deep))
        .isInstanceOfSatisfying(
            Malformed.class,
            malformed -> assertThat(malformed.reason()).isEqualTo("params.a must be a string"));
  }

  @Test
  void aReasonForRefusalNeverCarriesEscapesOrBidiMarksOfTheAttacker() {
    assertThat(
            IntentParser.parse("{\"\\u001b]8;;http://evil\\u0007\\u202e\":\"x\",\"generation\":1}"))
        .isInstanceOfSatisfying(
            Malformed.class,
            malformed ->
                assertThat(malformed.reason())
                    .startsWith("unknown key \"\\u{1b}]8;;http://evil\\u{7}\\u{202e}\"")
                    .doesNotContain("\u001b", "\u0007", "\u202e"));
  }
}
