package ai.prismer.claw.operator.signals;

import ai.prismer.claw.operator.signals.ResourceMetrics.Container;
import ai.prismer.claw.operator.signals.ResourceMetrics.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes measurements of what kubelets count: seconds of CPU since a container began become a rate
 * between two readings. A counter that went back belongs to a container that began anew. Used by
 * one thread.
 */
final class CpuRates {
  private static final long MAX_MILLICORES = 1L << 40;

  private Map<Container, Value> before = new HashMap<>();

  /** The measurements that this reading of all nodes makes possible. */
  List<Sample> samples(List<ResourceMetrics> pages) {
    Map<Container, Value> counters = new HashMap<>();
    List<Sample> samples = new ArrayList<>();
    for (ResourceMetrics page : pages) {
      page.memory()
          .forEach((container, memory) -> {
            Value counter = page.cpu().get(container);
            Value earlier = before.get(container);
            if (counter != null) {
              counters.put(
                  container, earlier != null && isSame(earlier, counter) ? earlier : counter);
            }
            samples.add(sample(container, memory, counter, earlier));
          });
    }
    before = counters;
    return samples;
  }

  private static boolean isSame(Value earlier, Value later) {
    return earlier.at().equals(later.at());
  }

  private static Sample sample(
      Container container, Value memory, @Nullable Value counter, @Nullable Value earlier) {
    OptionalLong rate =
        counter == null || earlier == null ? OptionalLong.empty() : rate(earlier, counter);
    Instant from = rate.isPresent() && earlier != null ? earlier.at() : memory.at();
    return new Sample(
        container.namespace(),
        container.pod(),
        container.name(),
        OptionalLong.of(memory.amount().longValue()),
        rate,
        from,
        memory.at());
  }

  private static OptionalLong rate(Value earlier, Value later) {
    BigDecimal used = later.amount().subtract(earlier.amount());
    long millis = Duration.between(earlier.at(), later.at()).toMillis();
    if (millis <= 0 || used.signum() < 0) {
      return OptionalLong.empty();
    }
    BigDecimal rate =
        used.movePointRight(6).divide(BigDecimal.valueOf(millis), 0, RoundingMode.HALF_UP);
    return OptionalLong.of(rate.min(BigDecimal.valueOf(MAX_MILLICORES)).longValue());
  }
}
