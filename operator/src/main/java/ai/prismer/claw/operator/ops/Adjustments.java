package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.gate.intent.Quantity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The list of adjustments. They mean "at least", so the highest of a field is in effect; the one
 * below is kept while the highest may still be taken back.
 */
final class Adjustments {
  private Adjustments() {}

  static List<Adjustment> of(OpsStatus ops) {
    return ops.adjustments() == null ? List.of() : ops.adjustments();
  }

  static List<Adjustment> raised(OpsStatus ops, Adjustment next) {
    List<Adjustment> all = new ArrayList<>(settled(ops));
    all.removeIf(adjustment -> adjustment.generation() == next.generation().longValue());
    all.add(next);
    return all;
  }

  /** Without the one that this generation left behind. */
  static List<Adjustment> without(OpsStatus ops, long generation) {
    return of(ops).stream().filter(adjustment -> adjustment.generation() != generation).toList();
  }

  /** Only what is in effect: nothing below it will be gone back to. */
  static List<Adjustment> settled(OpsStatus ops) {
    List<Adjustment> kept = new ArrayList<>();
    of(ops).stream()
        .map(Adjustment::field)
        .distinct()
        .forEach(field ->
            of(ops).stream()
                .filter(adjustment -> adjustment.field().equals(field))
                .max(
                    Comparator.comparingLong(
                        adjustment -> Quantity.storedBytes(adjustment.value())))
                .ifPresent(kept::add));
    return kept;
  }
}
