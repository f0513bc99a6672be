package ai.prismer.claw.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConnectionIT {
  private static final int REQUESTS = 400;
  private static final String NAME = "large";

  @RegisterExtension static final ApiServer server = new ApiServer();

  /** Attempts that got no answer; whether another one then did is not asked. */
  private final List<String> refused = new CopyOnWriteArrayList<>();

  @Test
  void ofManyRequestsAtOnceNoneIsRefused() throws InterruptedException, ExecutionException {
    Interceptor refusals =
        new Interceptor() {
          @Override
          public void afterConnectionFailure(HttpRequest request, Throwable failure) {
            refused.add(String.valueOf(failure.getMessage()));
          }
        };
    String namespace = server.namespace();
    try (KubernetesClient client = Connection.open(server.adminConfig(), List.of(refusals));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // Large enough that answers are under way together; and the connection is there now.
      client.resource(large(namespace)).create();
      Callable<ConfigMap> read =
          () -> client.configMaps().inNamespace(namespace).withName(NAME).get();
      for (Future<ConfigMap> answer : threads.invokeAll(Collections.nCopies(REQUESTS, read))) {
        assertThat(answer.get().getMetadata().getName()).isEqualTo(NAME);
      }
    }
    assertThat(refused).isEmpty();
  }

  private static ConfigMap large(String namespace) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(NAME)
        .endMetadata()
        .withData(Map.of("text", "x".repeat(100_000)))
        .build();
  }
}
