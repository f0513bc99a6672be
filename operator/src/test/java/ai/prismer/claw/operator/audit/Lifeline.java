package ai.prismer.claw.operator.audit;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;

/**
 * The connection of one operator to the API server, which a test can cut: after the n-th write that
 * counts, nothing gets through any more, as if the process had died right after it.
 */
public final class Lifeline implements Interceptor {
  private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "DELETE");

  private final BiPredicate<String, String> counts;
  private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
  private final AtomicInteger seen = new AtomicInteger();
  private final AtomicBoolean cut = new AtomicBoolean();
  private final List<String> writes = Collections.synchronizedList(new ArrayList<>());

  /** Every write counts but events, leases, reviews and tokens. */
  public Lifeline() {
    this((method, path) ->
        !path.contains("/events")
            && !path.contains("/leases")
            && !path.contains("authorization.k8s.io")
            && !path.contains("authentication.k8s.io")
            && !path.endsWith("/token"));
  }

  private Lifeline(BiPredicate<String, String> counts) {
    this.counts = counts;
  }

  /** A client that lives on this line; it does not try again what failed. */
  public KubernetesClient client(Config config) {
    config.setRequestRetryBackoffLimit(0);
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientBuilderConsumer(builder -> builder.addOrReplaceInterceptor("lifeline", this))
        .build();
  }

  /** From now on so many writes get through, then nothing. */
  public void cutAfterWrites(int writes) {
    left.set(writes);
    if (writes == 0) {
      cut.set(true);
    }
  }

  /** Everything gets through again. */
  public void mend() {
    left.set(Integer.MAX_VALUE);
    cut.set(false);
  }

  /** Whether the line has been cut. */
  public boolean isCut() {
    return cut.get();
  }

  /** How many writes that count were tried while the line was whole. */
  public int writes() {
    return seen.get();
  }

  /** Method and path of each of them. */
  public List<String> trace() {
    return List.copyOf(writes);
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    String path = request.uri().getPath();
    boolean counted = WRITES.contains(request.method()) && counts.test(request.method(), path);
    if (cut.get() || (counted && left.getAndDecrement() <= 0)) {
      cut.set(true);
      // Nobody listens there: the request fails like one to a server that is gone.
      builder.uri(URI.create("http://127.0.0.1:9/"));
      return;
    }
    if (counted) {
      seen.incrementAndGet();
      writes.add(request.method() + " " + path);
      if (left.get() == 0) {
        cut.set(true);
      }
    }
  }
}
