package ai.prismer.claw.operator.secrets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches Secrets of the whole cluster without ever seeing what is in them.
 *
 * <p>It asks the API server for {@code PartialObjectMetadata}, so content never leaves the server,
 * and keeps nothing of what arrives: a Secret that no Claw names is dropped at once, of the others
 * {@link Fingerprints} notes that its mark is outdated. An informer would hold every Secret of the
 * cluster in memory; a watch for each named Secret would hold thousands of connections.
 *
 * <p>The server ends each watch after minutes; the next one resumes at the last seen version. One
 * that broke or expired (410) begins with a list again, which compares versions, so that nothing in
 * between is lost.
 */
public final class SecretWatch implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(SecretWatch.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String METADATA_LIST =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
  private static final String METADATA =
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
  private static final int PAGE = 500;
  private static final Duration WATCH = Duration.ofMinutes(5);
  private static final Duration SLACK = Duration.ofSeconds(30);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int OK = 200;
  private static final int GONE = 410;

  private final KubernetesClient client;
  private final Fingerprints fingerprints;
  private final BiConsumer<String, String> changed;
  private final Thread thread;
  private volatile boolean synced;
  private volatile boolean closed;
  private Duration pause = FIRST_PAUSE;

  /**
   * Watches with the client.
   *
   * @param changed told namespace and name of each named Secret that changed, on the watch's thread
   */
  public SecretWatch(
      KubernetesClient client, Fingerprints fingerprints, BiConsumer<String, String> changed) {
    this.client = client;
    this.fingerprints = fingerprints;
    this.changed = changed;
    this.thread = Thread.ofVirtual().name("secret-watch").unstarted(this::run);
  }

  /** Starts to watch; returns at once. */
  public void start() {
    thread.start();
  }

  /** Whether the first list is through. */
  public boolean isSynced() {
    return synced;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    @Nullable String version = null;
    while (!closed) {
      try {
        if (version == null) {
          version = list();
        }
        synced = true;
        version = watch(version);
        pause = FIRST_PAUSE;
      } catch (IOException | KubernetesClientException lost) {
        version = null;
        LOGGER.warn("watch of secrets lost, retrying in {}: {}", pause, lost.getMessage());
        rest();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void rest() {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException stopped) {
      closed = true;
      Thread.currentThread().interrupt();
    }
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
  }

  /** Lists metadata page by page and returns the version of the list. */
  private String list() throws IOException, InterruptedException {
    Set<Fingerprints.Id> askedBefore = fingerprints.asked();
    Set<Fingerprints.Id> present = new HashSet<>();
    String next = "";
    while (true) {
      JsonNode page = page(next);
      for (JsonNode item : page.path("items")) {
        JsonNode metadata = item.path("metadata");
        present.add(
            new Fingerprints.Id(
                metadata.path("namespace").asText(), metadata.path("name").asText()));
        seen(metadata);
      }
      next = page.path("metadata").path("continue").asText();
      if (next.isEmpty()) {
        askedBefore.stream().filter(id -> !present.contains(id)).forEach(this::gone);
        return page.path("metadata").path("resourceVersion").asText();
      }
    }
  }

  private JsonNode page(String next) throws IOException, InterruptedException {
    HttpRequest request =
        request("limit=" + PAGE + "&continue=" + encode(next), METADATA_LIST)
            .timeout(30, TimeUnit.SECONDS)
            .build();
    HttpResponse<String> response =
        await(client.getHttpClient().sendAsync(request, String.class), Duration.ofSeconds(60));
    if (response.code() != OK) {
      throw new IOException("list of secrets: HTTP " + response.code());
    }
    return MAPPER.readTree(response.body());
  }

  /** Follows the watch until the server ends it; returns the last version, null when it expired. */
  private @Nullable String watch(String from) throws IOException, InterruptedException {
    Lines lines = new Lines(from);
    HttpRequest request =
        request(
                "watch=1&allowWatchBookmarks=true&resourceVersion="
                    + encode(from)
                    + "&timeoutSeconds="
                    + WATCH.toSeconds(),
                METADATA)
            .build();
    HttpClient http = client.getHttpClient();
    HttpResponse<AsyncBody> response =
        await(
            http.consumeBytes(
                request,
                (buffers, body) -> {
                  lines.accept(buffers);
                  body.consume();
                }),
            SLACK);
    if (response.code() == GONE) {
      response.body().cancel();
      return null;
    }
    if (response.code() != OK) {
      response.body().cancel();
      throw new IOException("watch of secrets: HTTP " + response.code());
    }
    response.body().consume();
    try {
      await(response.body().done(), WATCH.plus(SLACK));
    } finally {
      response.body().cancel();
    }
    return lines.expired ? null : lines.version;
  }

  private HttpRequest.Builder request(String query, String accept) {
    return client
        .getHttpClient()
        .newHttpRequestBuilder()
        .uri(client.getConfiguration().getMasterUrl() + "api/v1/secrets?" + query)
        .header("Accept", accept);
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static <T> T await(CompletableFuture<T> future, Duration longest)
      throws IOException, InterruptedException {
    try {
      return future.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw new IOException(String.valueOf(failed.getCause()), failed);
    } catch (TimeoutException | CancellationException failed) {
      future.cancel(true);
      throw new IOException("no answer within " + longest, failed);
    }
  }

  private void seen(JsonNode metadata) {
    String namespace = metadata.path("namespace").asText();
    String name = metadata.path("name").asText();
    if (fingerprints.seen(namespace, name, metadata.path("resourceVersion").asText())) {
      changed.accept(namespace, name);
    }
  }

  private void gone(Fingerprints.Id id) {
    if (fingerprints.gone(id.namespace(), id.name())) {
      changed.accept(id.namespace(), id.name());
    }
  }

  /** Puts the lines of a watch together and acts on them. Called by one thread at a time. */
  private final class Lines {
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private volatile String version;
    private volatile boolean expired;

    Lines(String version) {
      this.version = version;
    }

    void accept(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        while (buffer.hasRemaining()) {
          byte one = buffer.get();
          if (one == '\n') {
            line(partial.toString(StandardCharsets.UTF_8));
            partial.reset();
          } else {
            partial.write(one);
          }
        }
      }
    }

    private void line(String text) {
      JsonNode event;
      try {
        event = MAPPER.readTree(text);
      } catch (IOException torn) {
        LOGGER.warn("watch of secrets: a line that is no JSON was skipped");
        return;
      }
      JsonNode metadata = event.path("object").path("metadata");
      switch (event.path("type").asText()) {
        case "ERROR" -> {
          expired = true;
          return;
        }
        case "ADDED", "MODIFIED" -> seen(metadata);
        case "DELETED" ->
            gone(
                new Fingerprints.Id(
                    metadata.path("namespace").asText(), metadata.path("name").asText()));
        default -> {
          // A bookmark only moves the version.
        }
      }
      String moved = metadata.path("resourceVersion").asText();
      if (!moved.isEmpty()) {
        version = moved;
      }
    }
  }
}
