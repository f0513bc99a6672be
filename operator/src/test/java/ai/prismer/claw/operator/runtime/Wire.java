package ai.prismer.claw.operator.runtime;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Writes down what an operator sends; leases, events, reviews, tokens and dry runs do not count.
 */
final class Wire implements Interceptor {

  private static final Set<String> WRITING = Set.of("POST", "PUT", "PATCH", "DELETE");
  private static final List<String> NOT_COUNTED =
      List.of("/leases", "/events", "reviews", "/token", "dryRun=All", "/clawopsreceipts");

  private final List<String> writes = new CopyOnWriteArrayList<>();

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    String uri = request.uri().toString();
    if (WRITING.contains(request.method()) && NOT_COUNTED.stream().noneMatch(uri::contains)) {
      writes.add(request.method() + " " + request.uri().getPath());
    }
  }

  /** Writes to one namespace, as {@code METHOD path}. */
  List<String> writesTo(String namespace) {
    return writes.stream()
        .filter(write -> write.contains("/namespaces/" + namespace + "/"))
        .toList();
  }

  void forget() {
    writes.clear();
  }
}
