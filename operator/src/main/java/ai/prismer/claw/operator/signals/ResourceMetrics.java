package ai.prismer.claw.operator.signals;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the page {@code /metrics/resource} of a kubelet: Prometheus text format, of which only two
 * series of containers matter. A line that is not understood is passed over; a page that somebody
 * made up costs no more than its length.
 *
 * @param memory working set in bytes, by container
 * @param cpu seconds of CPU that a container has used since it began
 */
record ResourceMetrics(Map<Container, Value> memory, Map<Container, Value> cpu) {
  private static final String MEMORY = "container_memory_working_set_bytes";
  private static final String CPU = "container_cpu_usage_seconds_total";

  private static final Pattern LINE =
      Pattern.compile("([a-z_]{1,64})\\{([^}]{1,512})\\} ([0-9.eE+-]{1,32})(?: ([0-9]{1,15}))?");
  private static final Pattern LABEL = Pattern.compile("([a-z_]{1,32})=\"([^\"\\\\]{0,253})\"");
  private static final int MAX_EXPONENT = 18;

  /** Which container. */
  record Container(String namespace, String pod, String name) {}

  /**
   * One value.
   *
   * @param amount what was measured
   * @param at when, by the clock of the node
   */
  record Value(BigDecimal amount, Instant at) {}

  ResourceMetrics {
    memory = Map.copyOf(memory);
    cpu = Map.copyOf(cpu);
  }

  /**
   * Reads a page.
   *
   * @param text the page
   * @param wanted which containers are of interest
   * @param now the time of values that bring none
   */
  static ResourceMetrics read(String text, Predicate<Container> wanted, Instant now) {
    Map<Container, Value> memory = new HashMap<>();
    Map<Container, Value> cpu = new HashMap<>();
    text.lines()
        .filter(line -> line.startsWith(MEMORY) || line.startsWith(CPU))
        .forEach(line -> {
          Matcher parts = LINE.matcher(line);
          if (!parts.matches()) {
            return;
          }
          Container container = container(parts.group(2));
          Optional<BigDecimal> amount = amount(parts.group(3));
          if (container == null || !wanted.test(container) || amount.isEmpty()) {
            return;
          }
          Value value = new Value(amount.get(), time(parts.group(4), now));
          if (parts.group(1).equals(MEMORY)) {
            memory.put(container, value);
          } else if (parts.group(1).equals(CPU)) {
            cpu.put(container, value);
          }
        });
    return new ResourceMetrics(memory, cpu);
  }

  private static @Nullable Container container(String labels) {
    Map<String, String> found = new HashMap<>();
    Matcher label = LABEL.matcher(labels);
    while (label.find()) {
      found.put(label.group(1), label.group(2));
    }
    String namespace = found.get("namespace");
    String pod = found.get("pod");
    String name = found.get("container");
    return namespace == null || pod == null || name == null
        ? null
        : new Container(namespace, pod, name);
  }

  private static Optional<BigDecimal> amount(String text) {
    try {
      BigDecimal amount = new BigDecimal(text);
      return Optional.of(amount)
          .filter(value -> value.signum() >= 0)
          .filter(value -> value.precision() - value.scale() <= MAX_EXPONENT);
    } catch (NumberFormatException noNumber) {
      return Optional.empty();
    }
  }

  private static Instant time(@Nullable String millis, Instant now) {
    return millis == null ? now : Instant.ofEpochMilli(Long.parseLong(millis));
  }
}
