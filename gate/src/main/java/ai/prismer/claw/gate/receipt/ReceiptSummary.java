package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.decision.ClawIdentity;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * One receipt in a list for people. Says nothing about its signature; every text in it is foreign.
 *
 * @param index its place
 * @param time when it was made, RFC 3339
 * @param claw which Claw, as namespace/name; empty for a receipt about the log itself
 * @param decision the decision, or Outcome, Request, Upkeep, Rotation, Voucher, Pruning
 * @param action what was asked for or done; empty where it could not be read
 * @param result how it ended, or why it was refused; else empty
 * @param author who asked, a user name; empty where nobody vouches for it
 * @param rule the rule behind it; else empty
 * @param detail in words: why it was refused, what was seen, what happened to the log
 * @param signed whether there is a signature at all
 */
public record ReceiptSummary(
    long index,
    String time,
    String claw,
    String decision,
    String action,
    String result,
    String author,
    String rule,
    String detail,
    boolean signed) {

  /**
   * Reads an envelope.
   *
   * @throws NotVerifiedException if it holds no receipt
   */
  public static ReceiptSummary of(String envelope) throws NotVerifiedException {
    Envelope read = Envelope.read(envelope.getBytes(StandardCharsets.UTF_8));
    JsonNode predicate;
    try {
      predicate = CanonicalJson.read(read.payload()).path("predicate");
    } catch (IOException unreadable) {
      throw new NotVerifiedException(Flaw.MALFORMED, "the payload is not one strict JSON object");
    }
    Draft draft = Draft.of(predicate);
    return new ReceiptSummary(
        ReadReceipt.place(predicate).index(),
        predicate.path("time").asText(),
        draft.claw().map(ClawIdentity::toString).orElse(""),
        draft.decision(),
        draft.action(),
        draft.result(),
        predicate.at("/author/name").asText(predicate.path("by").asText()),
        draft.rule().orElse(""),
        detail(predicate, draft),
        read.isSigned());
  }

  private static String detail(JsonNode predicate, Draft draft) {
    return switch (predicate.path("kind").asText()) {
      case Receipt.KIND_ROTATION -> "new key " + predicate.path("newKey").asText();
      case Receipt.KIND_VOUCHER ->
          predicate.path("unsigned").size() + " receipts without signature";
      case Receipt.KIND_PRUNING -> "below " + predicate.path("below").asText();
      case Receipt.KIND_REQUEST -> predicate.path("detail").asText();
      default -> draft.reason();
    };
  }
}
