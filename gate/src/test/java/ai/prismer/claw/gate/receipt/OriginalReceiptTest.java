package ai.prismer.claw.gate.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.gate.receipt.OriginalReceipt.Signature;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginalReceiptTest {
  private static final String RECEIPT =
      "{\"v\":1,\"id\":\"rec_0123\",\"key\":\"rule-engine\",\"tool\":\"RestartPod\","
          + "\"params\":{\"b\":2,\"a\":\"x\"},\"target\":\"claw://team-a/my-agent\","
          + "\"ts\":\"2025-12-22T10:00:00Z\",\"sig\":\"SIG\"}";

  @Test
  void aReceiptIsReadByItselfFromAnEscalationAndFromAList() throws Exception {
    OriginalReceipt alone = one(RECEIPT);
    String escaped = RECEIPT.replace("\"", "\\\"");
    String escalation =
        "{\"kind\":\"ClawOpsEscalation\",\"status\":{\"signetReceipt\":\"" + escaped + "\"}}";
    String other = "{\"kind\":\"ClawOpsEscalation\",\"status\":{\"phase\":\"Failed\"}}";

    assertThat(alone.params()).isEqualTo("{\"a\":\"x\",\"b\":2}");
    assertThat(alone.tool()).isEqualTo("RestartPod");
    assertThat(alone.target()).isEqualTo("claw://team-a/my-agent");
    assertThat(read(escalation)).containsExactly(alone);
    assertThat(read("{\"kind\":\"List\",\"items\":[" + escalation + "," + other + "]}"))
        .containsExactly(alone);
    assertThat(read(other)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"mock, MOCK", "'', EMPTY", "abc, MALFORMED"})
  void whatStandsForASignatureIsNamed(String text, Signature signature) throws Exception {
    assertThat(one(RECEIPT.replace("SIG", text)).signature()).isEqualTo(signature);
  }

  @Test
  void aWellFormedSignatureIsStillNotVerifiable() throws Exception {
    OriginalReceipt receipt = one(RECEIPT.replace("SIG", "0a".repeat(64)));

    assertThat(receipt.signature()).isEqualTo(Signature.UNVERIFIABLE);
    assertThat(receipt.signature().words()).contains("nobody can verify it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"v\":2,\"tool\":\"x\",\"sig\":\"\"}", "{\"v\":1}"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(NotVerifiedException.class);
  }

  private static OriginalReceipt one(String text) throws NotVerifiedException {
    return read(text).getFirst();
  }

  private static List<OriginalReceipt> read(String text) throws NotVerifiedException {
    return OriginalReceipt.read(text.getBytes(StandardCharsets.UTF_8));
  }
}
