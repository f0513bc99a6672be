package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.operator.apply.ChildWriter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.impl.BaseClient;
import io.fabric8.kubernetes.client.impl.KubernetesClientImpl;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;

/** How this operator talks to the API server. */
final class Connection {

  /**
   * Retries of one request after 429, 5xx and broken connections, 100 ms and 200 ms apart. What
   * lasts longer is not hidden in a waiting thread: it becomes a condition and a retry with
   * backoff.
   */
  private static final int RETRIES = 2;

  private static final int RETRY_MILLISECONDS = 100;

  /** Of the 100 that an API server takes on a connection; the rest is for what lasts. */
  private static final int REQUESTS_AT_ONCE = 64;

  private Connection() {}

  /**
   * Makes a client.
   *
   * @param config how to reach the API server and as whom
   * @param interceptors told of every request
   */
  static KubernetesClient open(Config config, List<Interceptor> interceptors) {
    Config own =
        new ConfigBuilder(config)
            .withClientKeyAlgo(ClientKey.algorithm(config))
            // The server names the field manager of a POST after the user agent.
            .withUserAgent(ChildWriter.FIELD_MANAGER + "/" + Version.current())
            .withRequestRetryBackoffLimit(RETRIES)
            .withRequestRetryBackoffInterval(RETRY_MILLISECONDS)
            .build();
    HttpClient.Builder http = new JdkHttpClientFactory().newBuilder(own);
    for (int index = 0; index < interceptors.size(); index++) {
      http.addOrReplaceInterceptor("own-" + index, interceptors.get(index));
    }
    // What KubernetesClientBuilder makes, but for the bound.
    return new KubernetesClientImpl(
        new BoundedHttpClient(http.build(), REQUESTS_AT_ONCE),
        own,
        BaseClient.DEFAULT_EXECUTOR_SUPPLIER,
        new KubernetesSerialization(mapper(), true));
  }

  /**
   * A Claw with a value that this version does not know (written by a later one) must not keep the
   * cache from filling: it is read without that value, refused with a condition, and can be
   * deleted.
   */
  private static ObjectMapper mapper() {
    return new ObjectMapper()
        .configure(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL, true);
  }
}
