package ai.prismer.claw.gate.receipt;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

/**
 * Whatever a file of old receipts holds, it is told the same each time, or refused with a reason.
 */
class OriginalReceiptFuzzTest {
  @FuzzTest(maxDuration = "3m")
  void anyFileIsReadWithoutHarm(byte[] input) throws NotVerifiedException {
    List<OriginalReceipt> receipts;
    try {
      receipts = OriginalReceipt.read(input);
    } catch (NotVerifiedException refused) {
      if (refused.reason().isBlank()) {
        throw new AssertionError("refused without a reason", refused);
      }
      return;
    }
    if (!receipts.equals(OriginalReceipt.read(input))) {
      throw new AssertionError("another answer");
    }
  }
}
