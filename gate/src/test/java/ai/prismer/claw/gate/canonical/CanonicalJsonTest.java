package ai.prismer.claw.gate.canonical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8785, with its own examples. */
class CanonicalJsonTest {
  @Test
  void theExampleOfSection322GivesTheBytesOfSection324() throws IOException {
    String input =
        """
        {
          "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
          "literals": [null, true, false]
        }
        """;

    assertThat(canonical(input))
        .isEqualTo(
            HexFormat.of()
                .parseHex(
                    "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e"
                        + "756d62657273223a5b3333333333333333332e333333333333332c31652b3330"
                        + "2c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac24"
                        + "5c75303030665c6e4127425c225c5c5c5c5c222f227d"));
  }

  @Test
  void namesAreSortedByUtf16UnitsAsInSection323() throws IOException {
    String input =
        """
        {
          "\\u20ac": "Euro Sign",
          "\\r": "Carriage Return",
          "\\ufb33": "Hebrew Letter Dalet With Dagesh",
          "1": "One",
          "\\ud83d\\ude00": "Emoji: Grinning Face",
          "\\u0080": "Control",
          "\\u00f6": "Latin Small Letter O With Diaeresis"
        }
        """;

    assertThat(new String(canonical(input), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                + "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
                + "\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
  }

  /** Appendix B, the rows that are numbers; the bits are those of the IEEE 754 double. */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000, 0",
    "8000000000000000, 0",
    "0000000000000001, 5e-324",
    "8000000000000001, -5e-324",
    "7fefffffffffffff, 1.7976931348623157e+308",
    "ffefffffffffffff, -1.7976931348623157e+308",
    "4340000000000000, 9007199254740992",
    "c340000000000000, -9007199254740992",
    "4430000000000000, 295147905179352830000",
    "44b52d02c7e14af5, 9.999999999999997e+22",
    "44b52d02c7e14af6, 1e+23",
    "44b52d02c7e14af7, 1.0000000000000001e+23",
    "444b1ae4d6e2ef4e, 999999999999999700000",
    "444b1ae4d6e2ef4f, 999999999999999900000",
    "444b1ae4d6e2ef50, 1e+21",
    "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d, 0.000001",
    "41b3de4355555553, 333333333.3333332",
    "41b3de4355555554, 333333333.33333325",
    "41b3de4355555555, 333333333.3333333",
    "41b3de4355555556, 333333333.3333334",
    "41b3de4355555557, 333333333.33333343",
    "becbf647612f3696, -0.0000033333333333333333",
    "43143ff3c1cb0959, 1424953923781206.2",
  })
  void numbersAreWrittenAsInAppendixB(String bits, String text) throws IOException {
    double number = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));

    assertThat(new String(canonical("{\"n\":" + number + "}"), StandardCharsets.UTF_8))
        .isEqualTo("{\"n\":" + text + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "1",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"a\":\"\\ud800\"}",
        "{\"\\udc00\":1}",
        "{\"a\":[\"\\ud800\"]}",
        "{} {}",
        "{\"a\":1}x",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "{'a':1}",
        "{\"a\":1,}",
        "{\"a\":123456789012345678901234567890123}",
      })
  void whatTwoReadersCouldReadDifferentlyIsRefused(String text) {
    assertThatThrownBy(() -> CanonicalJson.read(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    assertThatThrownBy(() ->
            CanonicalJson.read(new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'}))
        .isInstanceOf(IOException.class)
        .hasMessage("not UTF-8");
  }

  @Test
  void deepNestingIsRefusedBeforeItCostsStack() {
    String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

    assertThatThrownBy(() -> CanonicalJson.read(deep.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void halfOfASurrogatePairIsNeverSigned() {
    ObjectNode json = CanonicalJson.object().put("reason", "a\ud800");

    assertThatThrownBy(() -> CanonicalJson.write(json))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] canonical(String json) throws IOException {
    return CanonicalJson.write(CanonicalJson.read(json.getBytes(StandardCharsets.UTF_8)));
  }
}
