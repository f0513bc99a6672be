package ai.prismer.claw.cli.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.status.ActionRecord;
import ai.prismer.claw.cli.resource.Ops;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How many actions this hour still allows.
 *
 * @param perHour how many there may be
 * @param used how many of the last hour the status knows
 * @param next when the oldest of them leaves the hour; empty if there is none
 */
record Budget(int perHour, int used, Optional<Instant> next) {
  private static final Duration HOUR = Duration.ofHours(1);

  static Budget of(Claw claw, Instant now) {
    List<Instant> lately =
        Objects.requireNonNullElse(Ops.of(claw).recentActions(), List.<ActionRecord>of()).stream()
            .map(action -> Instant.parse(action.at()))
            .filter(at -> at.isAfter(now.minus(HOUR)))
            .sorted()
            .toList();
    return new Budget(
        Defaulting.budgetPerHour(claw.getSpec()),
        lately.size(),
        lately.stream().findFirst().map(at -> at.plus(HOUR)));
  }
}
