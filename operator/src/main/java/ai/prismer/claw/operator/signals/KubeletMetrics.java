package ai.prismer.claw.operator.signals;

import ai.prismer.claw.operator.configuration.OperatorConfiguration.Kubelet;
import ai.prismer.claw.operator.signals.ResourceMetrics.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kubelets themselves, where the cluster has no resource metrics API: {@code /metrics/resource}
 * of each node that runs one of our pods.
 *
 * <p>A kubelet is believed only if its certificate is: it gets a token. That token reads
 * measurements and nothing else ({@link MeteringToken}); the way over the API server's proxy would
 * need {@code nodes/proxy}, which is as good as a shell in every pod.
 *
 * <p>Used by one thread.
 */
final class KubeletMetrics implements SampleSource, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A node runs a few hundred containers at most, of 1 KB each. */
  private static final int MAX_BYTES = 8 << 20;

  /** Kubelets asked at once. */
  private static final int AT_ONCE = 16;

  private final NodeAddresses addresses;
  private final MeteringToken token;
  private final Supplier<Stream<Pod>> pods;
  private final Clock clock;
  private final KubernetesClient kubelets;
  private final CpuRates rates = new CpuRates();

  /**
   * Asks with these.
   *
   * @param client client of the operator
   * @param namespace its namespace, where the account lies whose token kubelets get
   * @param settings how kubelets are trusted
   * @param pods the pods of interest
   * @param clock the time
   */
  KubeletMetrics(
      KubernetesClient client,
      String namespace,
      Kubelet settings,
      Supplier<Stream<Pod>> pods,
      Clock clock) {
    this.addresses = new NodeAddresses(client, clock);
    this.token = new MeteringToken(client, namespace, settings.serviceAccount(), clock);
    this.pods = pods;
    this.clock = clock;
    this.kubelets =
        new KubernetesClientBuilder()
            .withConfig(trust(client.getConfiguration(), settings))
            .build();
  }

  /** Only whom to trust is taken over, none of the operator's own credentials. */
  private static Config trust(Config own, Kubelet settings) {
    ConfigBuilder trust =
        new ConfigBuilder(Config.empty())
            .withRequestTimeout((int) PATIENCE.toMillis())
            .withConnectionTimeout((int) PATIENCE.toMillis())
            .withRequestRetryBackoffLimit(0)
            .withTrustCerts(settings.insecureSkipVerify())
            .withDisableHostnameVerification(settings.insecureSkipVerify());
    return settings.certificateAuthority() == null
        ? trust.withCaCertData(own.getCaCertData()).withCaCertFile(own.getCaCertFile()).build()
        : trust
            .withCaCertData(
                Base64.getEncoder()
                    .encodeToString(
                        settings.certificateAuthority().getBytes(StandardCharsets.US_ASCII)))
            .build();
  }

  @Override
  public String name() {
    return "kubelet";
  }

  @Override
  public List<Sample> read() throws Unavailable {
    Set<Container> wanted =
        pods.get().flatMap(KubeletMetrics::containers).collect(Collectors.toSet());
    Set<String> nodes =
        pods.get()
            .map(pod -> pod.getSpec().getNodeName())
            .filter(node -> node != null && !node.isEmpty())
            .collect(Collectors.toSet());
    List<ResourceMetrics> pages = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    try {
      Map<String, URI> uris = addresses.of(nodes);
      nodes.stream()
          .filter(node -> !uris.containsKey(node))
          .forEach(node -> failures.add(node + ": no Node object with an InternalIP"));
      ask(uris, wanted, pages, failures);
    } catch (KubernetesClientException refused) {
      throw new Unavailable("no way to the kubelets: " + refused.getMessage());
    } catch (InterruptedException told) {
      Thread.currentThread().interrupt();
      throw new Unavailable("interrupted");
    }
    if (pages.isEmpty() && !failures.isEmpty()) {
      throw new Unavailable(
          "no kubelet gives measurements, " + failures.size() + " asked: " + failures.getFirst());
    }
    return rates.samples(pages);
  }

  private static Stream<Container> containers(Pod pod) {
    return PodReading.statuses(pod)
        .map(status ->
            new Container(
                pod.getMetadata().getNamespace(), pod.getMetadata().getName(), status.getName()));
  }

  private void ask(
      Map<String, URI> uris,
      Set<Container> wanted,
      List<ResourceMetrics> pages,
      List<String> failures)
      throws InterruptedException {
    List<Map.Entry<String, URI>> waiting = new ArrayList<>(uris.entrySet());
    for (int from = 0; from < waiting.size(); from += AT_ONCE) {
      Map<String, Page> asked =
          waiting.subList(from, Math.min(waiting.size(), from + AT_ONCE)).stream()
              .collect(Collectors.toMap(Map.Entry::getKey, node -> ask(node.getValue())));
      for (Map.Entry<String, Page> node : asked.entrySet()) {
        try {
          String text = node.getValue().await();
          pages.add(ResourceMetrics.read(text, wanted::contains, clock.instant()));
        } catch (IOException failed) {
          failures.add(node.getKey() + ": " + failed.getMessage());
        }
      }
    }
  }

  private Page ask(URI uri) {
    HttpClient http = kubelets.getHttpClient();
    HttpRequest request =
        http.newHttpRequestBuilder()
            .uri(uri)
            .header("Authorization", "Bearer " + token.get())
            .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    Page page = new Page();
    page.response = http.consumeBytes(request, page::take);
    return page;
  }

  /** One answer, no longer than it may be. */
  private final class Page {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private CompletableFuture<HttpResponse<AsyncBody>> response = new CompletableFuture<>();

    private synchronized void take(List<ByteBuffer> buffers, AsyncBody body) {
      for (ByteBuffer buffer : buffers) {
        byte[] piece = new byte[buffer.remaining()];
        buffer.get(piece);
        bytes.write(piece, 0, piece.length);
      }
      if (bytes.size() > MAX_BYTES) {
        body.cancel();
      } else {
        body.consume();
      }
    }

    String await() throws IOException, InterruptedException {
      try {
        HttpResponse<AsyncBody> answer = response.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (answer.code() != HttpURLConnection.HTTP_OK) {
          answer.body().cancel();
          throw new IOException(refused(answer.code()));
        }
        answer.body().consume();
        answer.body().done().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        synchronized (this) {
          return bytes.toString(StandardCharsets.UTF_8);
        }
      } catch (ExecutionException failed) {
        throw new IOException(String.valueOf(failed.getCause()), failed);
      } catch (TimeoutException | CancellationException failed) {
        response.cancel(true);
        throw new IOException("no answer, or one that is too long", failed);
      }
    }

    private String refused(int code) {
      if (code == HttpURLConnection.HTTP_UNAUTHORIZED) {
        token.forget();
      }
      return code == HttpURLConnection.HTTP_FORBIDDEN || code == HttpURLConnection.HTTP_UNAUTHORIZED
          ? "HTTP " + code + "; the metering account needs get on nodes/metrics"
          : "HTTP " + code;
    }
  }

  @Override
  public void close() {
    kubelets.close();
  }
}
