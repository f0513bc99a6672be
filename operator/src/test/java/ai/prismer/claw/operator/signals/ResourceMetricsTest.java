package ai.prismer.claw.operator.signals;

import static ai.prismer.claw.operator.signals.Kubelet.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.operator.signals.ResourceMetrics.Container;
import ai.prismer.claw.operator.signals.ResourceMetrics.Value;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The page of a kubelet, as one of version 1.34 wrote it. */
class ResourceMetricsTest {
  private static final String PAGE =
      """
      # HELP container_cpu_usage_seconds_total [STABLE] Cumulative cpu time consumed by the container
      # TYPE container_cpu_usage_seconds_total counter
      container_cpu_usage_seconds_total{container="coredns",namespace="kube-system",pod="coredns-1"} 3.5 1766400000000
      container_cpu_usage_seconds_total{container="runtime",namespace="team-a",pod="agent-0"} 12.25 1766400000000
      # TYPE container_memory_working_set_bytes gauge
      container_memory_working_set_bytes{container="runtime",namespace="team-a",pod="agent-0"} 6.7108864e+07 1766400000000
      container_start_time_seconds{container="runtime",namespace="team-a",pod="agent-0"} 1.766399e+09
      node_cpu_usage_seconds_total 1234.5 1766400000000
      pod_memory_working_set_bytes{namespace="team-a",pod="agent-0"} 6.9e+07 1766400000000
      scrape_error 0
      """;

  private static final Container RUNTIME = new Container("team-a", "agent-0", "runtime");
  private static final Instant TIME = Instant.ofEpochMilli(1_766_400_000_000L);

  private static ResourceMetrics read(String page) {
    return ResourceMetrics.read(page, RUNTIME::equals, NOW);
  }

  private static String cpu(double seconds, Instant at) {
    String labels = "{container=\"runtime\",namespace=\"team-a\",pod=\"agent-0\"} ";
    return "container_cpu_usage_seconds_total"
        + labels
        + seconds
        + " "
        + at.toEpochMilli()
        + "\ncontainer_memory_working_set_bytes"
        + labels
        + "1024 "
        + at.toEpochMilli()
        + "\n";
  }

  private static Value runtime(Map<Container, Value> values) {
    return Objects.requireNonNull(values.get(RUNTIME));
  }

  @Test
  void onlyTheWantedContainersTwoSeriesAreRead() {
    ResourceMetrics page = read(PAGE);

    assertThat(page.memory()).containsOnlyKeys(RUNTIME);
    assertThat(runtime(page.memory()).amount()).isEqualByComparingTo("67108864");
    assertThat(runtime(page.memory()).at()).isEqualTo(TIME);
    assertThat(page.cpu()).containsOnlyKeys(RUNTIME);
    assertThat(runtime(page.cpu()).amount()).isEqualByComparingTo("12.25");
  }

  @Test
  void aLineThatIsNotUnderstoodIsPassedOver() {
    String labels = "{container=\"runtime\",namespace=\"team-a\",pod=\"agent-0\"}";
    for (String line :
        List.of(
            "container_memory_working_set_bytes 5",
            "container_memory_working_set_bytes" + labels,
            "container_memory_working_set_bytes" + labels + " NaN",
            "container_memory_working_set_bytes" + labels + " +Inf",
            "container_memory_working_set_bytes" + labels + " -5",
            "container_memory_working_set_bytes" + labels + " 1e999999999",
            "container_memory_working_set_bytes" + labels + " 5 99999999999999999999",
            "container_memory_working_set_bytes{container=\"runtime\"} 5",
            "container_memory_working_set_bytes{" + "a=\"b\",".repeat(1000) + "} 5",
            "container_memory_working_set_bytes" + labels + " 5 6 7")) {
      assertThat(read(line).memory()).as(line).isEmpty();
    }
  }

  @Test
  void aValueWithoutATimeIsFromNow() {
    assertThat(
            runtime(
                    read("container_memory_working_set_bytes"
                            + "{container=\"runtime\",namespace=\"team-a\",pod=\"agent-0\"} 5")
                        .memory())
                .at())
        .isEqualTo(NOW);
  }

  // From counters to rates

  @Test
  void twoReadingsMakeARate() {
    CpuRates rates = new CpuRates();

    List<Sample> first = rates.samples(List.of(read(cpu(10, NOW))));
    List<Sample> second = rates.samples(List.of(read(cpu(14.75, NOW.plusSeconds(10)))));

    assertThat(first.getFirst().cpuMillicores()).isEmpty();
    assertThat(first.getFirst().memoryBytes()).hasValue(1024);
    assertThat(second.getFirst().cpuMillicores()).hasValue(475);
    assertThat(second.getFirst().from()).isEqualTo(NOW);
    assertThat(second.getFirst().at()).isEqualTo(NOW.plusSeconds(10));
  }

  @Test
  void aCounterThatBeganAnewMakesNone() {
    CpuRates rates = new CpuRates();
    rates.samples(List.of(read(cpu(10, NOW))));

    List<Sample> anew = rates.samples(List.of(read(cpu(1, NOW.plusSeconds(10)))));
    List<Sample> after = rates.samples(List.of(read(cpu(2, NOW.plusSeconds(20)))));

    assertThat(anew.getFirst().cpuMillicores()).isEmpty();
    assertThat(after.getFirst().cpuMillicores()).hasValue(100);
  }

  @Test
  void theSameReadingAgainKeepsTheEarlierOne() {
    CpuRates rates = new CpuRates();
    rates.samples(List.of(read(cpu(10, NOW))));
    rates.samples(List.of(read(cpu(10, NOW))));

    assertThat(
            rates.samples(List.of(read(cpu(11, NOW.plusSeconds(10))))).getFirst().cpuMillicores())
        .hasValue(100);
  }
}
