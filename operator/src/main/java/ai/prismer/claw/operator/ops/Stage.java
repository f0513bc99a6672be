package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.gate.receipt.Entry.Ending;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where an action in flight stands, and how it moves on. The names stand in the status. */
enum Stage {
  /** Decided and announced; not known to be done. */
  Acting,
  /** Done; its effect is being watched. */
  Verifying,
  /** Its result is known and being recorded. */
  Closing;

  static Stage of(InFlight flight) {
    return valueOf(flight.stage());
  }

  static InFlight verifying(InFlight flight) {
    return copy(flight, Verifying, null, null, flight.receiptIndex(), null);
  }

  /** The same, with the receipt of its decision in the log. */
  static InFlight recorded(InFlight flight, long receiptIndex) {
    return copy(
        flight,
        of(flight),
        flight.result(),
        flight.reason(),
        receiptIndex,
        flight.verifyingSince());
  }

  /** Still verifying; the intended pods are ready since then, or not ready (null). */
  static InFlight readySince(InFlight flight, @Nullable Instant since) {
    return copy(
        flight,
        Verifying,
        null,
        null,
        flight.receiptIndex(),
        since == null ? null : since.toString());
  }

  static InFlight closing(InFlight flight, Ending ending, String reason) {
    return copy(
        flight, Closing, ending.id(), reason, flight.receiptIndex(), flight.verifyingSince());
  }

  private static InFlight copy(
      InFlight from,
      Stage stage,
      @Nullable String result,
      @Nullable String reason,
      @Nullable Long receiptIndex,
      @Nullable String verifyingSince) {
    return new InFlight(
        from.generation(),
        from.digest(),
        from.action(),
        from.params(),
        from.author(),
        from.authorClass(),
        from.rule(),
        from.before(),
        from.podUid(),
        from.escalation(),
        stage.name(),
        result,
        reason,
        receiptIndex,
        from.startedAt(),
        verifyingSince);
  }
}
