package ai.prismer.claw.operator.rollout;

import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the runtime container of a running pod other resources, through the subresource {@code
 * resize}. Safe for concurrent use.
 */
public final class PodResize {
  private static final Logger LOGGER = LoggerFactory.getLogger(PodResize.class);
  private static final int NOT_FOUND = 404;
  private static final int INVALID = 422;

  private final KubernetesClient client;

  /** Servers before 1.33 do not have the subresource; asked once is enough. */
  private volatile boolean missing;

  /** Resizes with the client. */
  public PodResize(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Asks for it; the kubelet does it later, or says that it cannot.
   *
   * @return false where this server or this pod cannot be resized; then the pod must be replaced
   * @throws KubernetesClientException for any other failure; 409 when the pod has changed
   */
  public boolean resize(Pod pod, ResourceRequirements wanted) {
    if (missing) {
      return false;
    }
    Map<String, Object> patch =
        Map.of(
            "metadata",
            Map.of("resourceVersion", pod.getMetadata().getResourceVersion()),
            "spec",
            Map.of(
                "containers",
                List.of(Map.of("name", Keys.RUNTIME_CONTAINER, "resources", wanted))));
    try {
      client
          .resource(pod)
          .subresource("resize")
          .patch(
              PatchContext.of(PatchType.STRATEGIC_MERGE),
              client.getKubernetesSerialization().asJson(patch));
      return true;
    } catch (KubernetesClientException refused) {
      return switch (refused.getCode()) {
        case NOT_FOUND -> {
          missing = client.resource(pod).get() != null;
          yield false;
        }
        case INVALID -> {
          LOGGER.info(
              "pod {} is replaced, as it cannot be resized: {}",
              pod.getMetadata().getName(),
              refused.getStatus() == null
                  ? refused.getMessage()
                  : refused.getStatus().getMessage());
          yield false;
        }
        default -> throw refused;
      };
    }
  }
}
