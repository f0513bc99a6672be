package ai.prismer.claw.operator.signals;

import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.metrics.v1beta1.ContainerMetrics;
import io.fabric8.kubernetes.api.model.metrics.v1beta1.PodMetrics;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The resource metrics API, {@code metrics.k8s.io}: one list for the whole cluster. */
final class MetricsApi implements SampleSource {
  private static final Map<String, String> OURS = Map.of(Keys.LABEL_MANAGED_BY, Keys.MANAGED_BY);

  private final KubernetesClient client;

  MetricsApi(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public String name() {
    return "metrics.k8s.io";
  }

  @Override
  public List<Sample> read() throws Unavailable {
    try {
      return client.top().pods().withLabels(OURS).metrics().getItems().stream()
          .flatMap(MetricsApi::samples)
          .toList();
    } catch (KubernetesClientException refused) {
      throw new Unavailable(
          switch (refused.getCode()) {
            case HttpURLConnection.HTTP_NOT_FOUND ->
                "this cluster has no API metrics.k8s.io; metrics-server brings it";
            case HttpURLConnection.HTTP_FORBIDDEN ->
                "the operator may not list pods of metrics.k8s.io; its chart grants that";
            default -> "metrics.k8s.io does not answer: " + reason(refused);
          });
    }
  }

  private static String reason(KubernetesClientException refused) {
    return refused.getStatus() != null && refused.getStatus().getMessage() != null
        ? refused.getStatus().getMessage()
        : String.valueOf(refused.getMessage());
  }

  /** What cannot be read is left out: no measurement is better than a wrong one. */
  static Stream<Sample> samples(PodMetrics pod) {
    try {
      Instant at = Instant.parse(pod.getTimestamp());
      Duration window = pod.getWindow() == null ? Duration.ZERO : pod.getWindow().getDuration();
      return pod.getContainers().stream().map(container -> sample(pod, container, at, window));
    } catch (DateTimeParseException | NullPointerException unreadable) {
      return Stream.empty();
    }
  }

  private static Sample sample(
      PodMetrics pod, ContainerMetrics container, Instant at, Duration window) {
    return new Sample(
        pod.getMetadata().getNamespace(),
        pod.getMetadata().getName(),
        container.getName(),
        amount(container.getUsage().get("memory"), 0),
        amount(container.getUsage().get("cpu"), 3),
        at.minus(window),
        at);
  }

  private static OptionalLong amount(@Nullable Quantity quantity, int decimals) {
    return quantity == null
        ? OptionalLong.empty()
        : OptionalLong.of(quantity.getNumericalAmount().movePointRight(decimals).longValue());
  }
}
