package ai.prismer.claw.operator.bus;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the pages of buses, many at once. A pod that answers slowly, endlessly, with nonsense or
 * with a redirection costs a few seconds of one of many places, a few kilobytes, and nothing else;
 * what it is sent is a bare GET.
 */
final class BusPages implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BusPages.class);

  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Sixteen channels are a tenth of that. */
  private static final int MAX_BYTES = 64 * 1024;

  private static final int AT_ONCE = 64;

  private final Function<Pod, Optional<URI>> addresses;
  private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore places = new Semaphore(AT_ONCE);
  private final HttpClient http;

  /**
   * Asks there.
   *
   * @param addresses where the bus of a pod answers; empty for a pod that is not asked
   */
  BusPages(Function<Pod, Optional<URI>> addresses) {
    this.addresses = addresses;
    this.http =
        HttpClient.newBuilder()
            .executor(readers)
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(PATIENCE)
            .build();
  }

  /**
   * Somebody to ask.
   *
   * @param pod the pod that the bus runs in
   * @param channels the channels that it has
   */
  record Asked(Pod pod, Set<String> channels) {}

  /**
   * What came of asking.
   *
   * @param pages what was read, by UID of the pod
   * @param failures how many did not answer, or not with a page
   */
  record Round(Map<String, BusPage> pages, int failures) {}

  /** Asks all of these and waits for the last one. */
  Round read(List<Asked> pods) throws InterruptedException {
    Map<String, BusPage> pages = new ConcurrentHashMap<>();
    List<CompletableFuture<Void>> reading = new ArrayList<>();
    for (Asked one : pods) {
      URI address = addresses.apply(one.pod()).orElse(null);
      if (address != null) {
        places.acquire();
        reading.add(CompletableFuture.runAsync(() -> read(one, address, pages), readers));
      }
    }
    CompletableFuture.allOf(reading.toArray(CompletableFuture[]::new)).join();
    return new Round(Map.copyOf(pages), reading.size() - pages.size());
  }

  private void read(Asked one, URI address, Map<String, BusPage> pages) {
    try {
      pages.put(one.pod().getMetadata().getUid(), BusPage.read(get(address), one.channels()));
    } catch (IOException failed) {
      LOG.debug("{} gives no answer of use: {}", address, failed.getMessage());
    } finally {
      places.release();
    }
  }

  private String get(URI address) throws IOException {
    HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
    // The timeout of a request ends with its headers; this one covers the body too.
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    try {
      HttpResponse<byte[]> response = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != HttpURLConnection.HTTP_OK) {
        throw new IOException("HTTP " + response.statusCode());
      }
      return new String(response.body(), StandardCharsets.UTF_8);
    } catch (ExecutionException failed) {
      throw new IOException(String.valueOf(failed.getCause()), failed);
    } catch (TimeoutException late) {
      answer.cancel(true);
      throw new IOException("no answer in time", late);
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
      answer.cancel(true);
      throw new IOException("interrupted", ending);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    readers.shutdownNow();
  }
}
