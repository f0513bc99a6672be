package ai.prismer.claw.operator.metrics;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** Counts every writing request of a client, whoever in this program sends it. */
public final class WriteCounter implements Interceptor {

  private static final Set<String> WRITING = Set.of("POST", "PUT", "PATCH", "DELETE");

  private final BiConsumer<String, String> counted;

  /**
   * Tells each write.
   *
   * @param counted told the HTTP method and the resource, such as {@code claws/status}
   */
  public WriteCounter(BiConsumer<String, String> counted) {
    this.counted = counted;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (WRITING.contains(request.method())) {
      counted.accept(request.method(), resource(request.uri().getPath()));
    }
  }

  /** {@code /apis/apps/v1/namespaces/a/statefulsets/b} is {@code statefulsets}. */
  static String resource(String path) {
    List<String> parts = new ArrayList<>(List.of(path.split("/")));
    parts.removeIf(String::isEmpty);
    int afterVersion = !parts.isEmpty() && parts.getFirst().equals("api") ? 2 : 3;
    List<String> rest = parts.subList(Math.min(afterVersion, parts.size()), parts.size());
    if (rest.size() > 2 && rest.getFirst().equals("namespaces")) {
      rest = rest.subList(2, rest.size());
    }
    if (rest.isEmpty()) {
      return "unknown";
    }
    return rest.size() > 2 ? rest.get(0) + "/" + rest.get(2) : rest.get(0);
  }
}
