package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.operator.apply.ChildWriter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.Interceptor;
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
    return new KubernetesClientBuilder()
        .withConfig(own)
        .withKubernetesSerialization(new KubernetesSerialization(mapper(), true))
        .withHttpClientBuilderConsumer(builder -> {
          for (int index = 0; index < interceptors.size(); index++) {
            builder.addOrReplaceInterceptor("own-" + index, interceptors.get(index));
          }
        })
        .build();
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
