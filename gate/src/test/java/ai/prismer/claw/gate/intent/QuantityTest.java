package ai.prismer.claw.gate.intent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "768Mi, 805306368",
    "1Gi, 1073741824",
    "1.5Gi, 1610612736",
    "512M, 512000000",
    "1k, 1000",
    "1, 1",
    "0100, 100",
    "7Ei, 8070450532247928832",
    "0.5Ki, 512",
  })
  void memoryThatAPersonWritesIsReadInBytes(String text, long bytes) {
    assertThat(Quantity.askedBytes(text)).isEqualTo(bytes);
    assertThat(Quantity.storedBytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"1, 1000", "750m, 750", "1.5, 1500", "0.001, 1", "64, 64000"})
  void cpuThatAPersonWritesIsReadInMillicores(String text, long millicores) {
    assertThat(Quantity.askedMillicores(text)).isEqualTo(millicores);
    assertThat(Quantity.storedMillicores(text)).isEqualTo(millicores);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "0",
        "0Mi",
        "-1",
        "+1Gi",
        "-0",
        "1e18",
        "1E18",
        "1e3",
        "0.5m",
        "1m",
        "1000m",
        "1Ki ",
        " 1Ki",
        "1 Ki",
        "1Ki\n",
        "1ki",
        "1KI",
        "1mi",
        "1K",
        "1KiB",
        "1B",
        "1i",
        "Mi",
        ".5Gi",
        "5.Gi",
        "1.5",
        "1..5Gi",
        "1,5Gi",
        "0x10",
        "1_000",
        "NaN",
        "Infinity",
        "1f",
        "1d",
        "9223372036854775808",
        "8Ei",
        "99999999999999999999",
        "1.0000000001Gi",
        "１Gi",
        "١Gi",
        "1Мi",
        "1\u00a0Gi",
        "1Gі",
        "1\u200bGi",
        "768Mi;rm",
        "${x}",
        "null"
      })
  void memoryThatCouldBeReadInTwoWaysIsRefused(String text) {
    assertThatThrownBy(() -> Quantity.askedBytes(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "0m", "-1", "1e3", "0.5m", "0.0001", "1Ki", "1k", "1M", "750 m", "٧m"})
  void cpuThatCouldBeReadInTwoWaysIsRefused(String text) {
    assertThatThrownBy(() -> Quantity.askedMillicores(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1e9, 1000000000",
    "1E9, 1000000000",
    "129E-1, 13",
    "128974848000m, 128974848",
    "1n, 1",
    "0, 0",
    "+1Gi, 1073741824",
    ".5Ki, 512",
    "5., 5",
    "1E, 1000000000000000000",
  })
  void memoryThatTheServerMayHoldIsReadAndRoundedUpLikeTheServerDoes(String text, long bytes) {
    assertThat(Quantity.storedBytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1e", "1e99", "1Ei1", "8Ei", "1e1e1", "x", "1 ", "1Ki2"})
  void whatTheServerCannotHoldIsRefused(String text) {
    assertThatThrownBy(() -> Quantity.storedBytes(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "805306368, 768Mi",
    "1073741824, 1Gi",
    "1610612736, 1536Mi",
    "500000000, 500000000",
    "1000, 1000",
    "1024, 1Ki",
    "0, 0",
  })
  void memoryIsPrintedInTheLargestUnitThatDividesIt(long bytes, String text) {
    assertThat(Quantity.printBytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"1000, 1", "1500, 1500m", "750, 750m", "0, 0"})
  void cpuIsPrintedInCoresOrMillicores(long millicores, String text) {
    assertThat(Quantity.printMillicores(millicores)).isEqualTo(text);
  }

  @Test
  void whatIsPrintedIsReadAgainAsTheSameAmount() {
    Random random = new Random(11);
    for (int round = 0; round < 20_000; round++) {
      long amount = (random.nextLong() >>> (1 + random.nextInt(60))) + 1;
      assertThat(Quantity.askedBytes(Quantity.printBytes(amount))).isEqualTo(amount);
      assertThat(Quantity.storedBytes(Quantity.printBytes(amount))).isEqualTo(amount);
      assertThat(Quantity.storedMillicores(Quantity.printMillicores(amount))).isEqualTo(amount);
    }
  }
}
