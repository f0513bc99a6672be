package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.gate.intent.Quantity;
import ai.prismer.claw.operator.model.EffectiveResources;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The list of adjustments. Those of a limit mean "at least", so the highest is in effect; one of
 * the number of pods means "exactly", so the last is. The one before is kept while the one in
 * effect may still be taken back.
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

  /**
   * The state without these.
   *
   * <p>The mark rises, as with every change of what is wanted: children of before must yield, and
   * an operator that has not seen this must not apply the adjustment again.
   */
  static OpsEdit takenAway(Sight sight, List<Adjustment> taken) {
    String digest = sight.ops().lastIntentDigest();
    return OpsEdit.of(sight.ops())
        .adjustments(of(sight.ops()).stream().filter(each -> !taken.contains(each)).toList())
        .mark(sight.mark() + 1, digest == null ? "" : digest);
  }

  /** Fields and values, for people. */
  static String shown(List<Adjustment> adjustments) {
    return String.join(
        ", ", adjustments.stream().map(each -> each.field() + "=" + each.value()).toList());
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
                .max(Comparator.comparingLong(Adjustments::rank))
                .ifPresent(kept::add));
    return kept;
  }

  private static long rank(Adjustment adjustment) {
    return switch (adjustment.field()) {
      case EffectiveResources.FIELD_MEMORY -> Quantity.storedBytes(adjustment.value());
      case EffectiveResources.FIELD_CPU -> Quantity.storedMillicores(adjustment.value());
      default -> adjustment.generation();
    };
  }
}
