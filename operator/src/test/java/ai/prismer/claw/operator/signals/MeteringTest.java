package ai.prismer.claw.operator.signals;

import static ai.prismer.claw.operator.signals.Kubelet.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.gate.rule.RuleBookReader;
import ai.prismer.claw.operator.reconcile.Asked;
import ai.prismer.claw.operator.signals.SampleSource.Unavailable;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeteringTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Asked asked = new Asked();
  private final Source api = new Source("metrics.k8s.io");
  private final Source kubelet = new Source("kubelet");
  private Instant now = NOW;
  private List<Pod> pods = List.of(pod());

  private final Metering metering =
      new Metering(
          List.of(api, kubelet),
          () -> pods.stream(),
          () -> RuleBook.DEFAULT,
          () -> true,
          asked,
          new Clock() {
            @Override
            public Instant instant() {
              return now;
            }

            @Override
            public ZoneOffset getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
              return this;
            }
          },
          registry);

  private static Pod pod() {
    Pod pod =
        Kubelet.of("p")
            .container(Kubelet.running("runtime", "containerd://1", true, NOW.minusSeconds(600)))
            .pod();
    pod.getMetadata().setNamespace("team-a");
    pod.getMetadata().setLabels(Map.of(Keys.LABEL_INSTANCE, "agent"));
    pod.getSpec()
        .getContainers()
        .getFirst()
        .setResources(
            new ResourceRequirementsBuilder()
                .withLimits(Map.of("memory", Quantity.parse("100")))
                .build());
    return pod;
  }

  private static final class Source implements SampleSource {
    private final String name;
    private List<Sample> samples = List.of();
    private @Nullable String down;
    private int reads;

    Source(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public List<Sample> read() throws Unavailable {
      reads++;
      if (down != null) {
        throw new Unavailable(down);
      }
      return samples;
    }
  }

  private void poll(Source source, long bytes) {
    now = now.plusSeconds(30);
    source.samples =
        Stream.of("agent-0", "somebody-elses")
            .map(pod ->
                new Sample(
                    "team-a",
                    pod,
                    "runtime",
                    OptionalLong.of(bytes),
                    OptionalLong.empty(),
                    now.minusSeconds(10),
                    now))
            .toList();
    metering.poll();
  }

  private String scraped() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, registry.scrape());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aReconciliationIsAskedForOnlyWhereItMakesADifference() {
    poll(api, 50);
    assertThat(asked.names()).containsExactly("team-a/agent");
    poll(api, 60);
    poll(api, 95);
    assertThat(asked.names()).as("one peak makes none").hasSize(1);
    poll(api, 95);
    assertThat(asked.names()).hasSize(2);
    poll(api, 96);
    assertThat(asked.names()).hasSize(2);
    poll(api, 40);
    assertThat(asked.names()).hasSize(3);
    assertThat(metering.get().of("p")).singleElement().extracting("aboveSince").isNull();
  }

  @Test
  void theSecondSourceIsAskedWhereTheFirstDoesNotAnswerAndNotOtherwise() {
    poll(api, 50);
    assertThat(kubelet.reads).isZero();
    assertThat(scraped()).contains("k8s4claw_load_source{source=\"metrics.k8s.io\"} 1.0");

    api.down = "gone";
    poll(kubelet, 95);
    poll(kubelet, 95);

    assertThat(metering.get().of("p")).singleElement().extracting("aboveSince").isNotNull();
    assertThat(scraped())
        .contains("k8s4claw_load_source{source=\"kubelet\"} 1.0")
        .doesNotContain("source=\"metrics.k8s.io\"} 1.0")
        .contains("k8s4claw_load_failures_total{source=\"metrics.k8s.io\"} 2.0");
  }

  @Test
  void whereNoneAnswersThatIsOneStateAndWhatIsKnownGrowsOld() {
    poll(api, 95);
    poll(api, 95);
    api.down = "gone";
    kubelet.down = "no certificate";

    poll(api, 0);

    assertThat(scraped()).contains("k8s4claw_load_source{source=\"none\"} 1.0");
    assertThat(metering.get().of("p")).as("for a while it is still known").hasSize(1);
    now = now.plus(Duration.ofMinutes(3));
    poll(api, 0);
    assertThat(metering.get().of("p")).isEmpty();
  }

  @Test
  void withoutPodsNobodyIsAsked() {
    pods = List.of();

    metering.poll();

    assertThat(api.reads).isZero();
  }

  @ParameterizedTest
  @CsvSource({"5m, 10m, 300", "10m, 1m, 60"})
  void theLoadThatCountsSoonestSaysHowOftenAllAreMeasured(String memory, String cpu, long seconds) {
    RuleBook book =
        RuleBookReader.read(
                Map.of(
                    "signals",
                    "{HighMemory: {for: %s}, HighCPU: {for: %s}}".formatted(memory, cpu)),
                RuleBook.DEFAULT)
            .book();

    assertThat(Metering.lasting(book.signals())).isEqualTo(Duration.ofSeconds(seconds));
  }

  // Where kubelets answer

  @Test
  void aKubeletIsAskedAtTheInternalAddressAndPortOfItsNode() {
    assertThat(
            NodeAddresses.page(
                new NodeBuilder()
                    .withNewStatus()
                    .addNewAddress("203.0.113.9", "ExternalIP")
                    .addNewAddress("10.0.0.7", "InternalIP")
                    .withNewDaemonEndpoints()
                    .withNewKubeletEndpoint(10255)
                    .endDaemonEndpoints()
                    .endStatus()
                    .build()))
        .hasValueSatisfying(
            uri -> assertThat(uri).hasToString("https://10.0.0.7:10255/metrics/resource"));
    assertThat(
            NodeAddresses.page(
                new NodeBuilder()
                    .withNewStatus()
                    .addNewAddress("fd00::7", "InternalIP")
                    .endStatus()
                    .build()))
        .hasValueSatisfying(
            uri -> assertThat(uri).hasToString("https://[fd00::7]:10250/metrics/resource"));
    assertThat(
            NodeAddresses.page(
                new NodeBuilder()
                    .withNewStatus()
                    .addNewAddress("203.0.113.9", "ExternalIP")
                    .endStatus()
                    .build()))
        .isEmpty();
  }
}
