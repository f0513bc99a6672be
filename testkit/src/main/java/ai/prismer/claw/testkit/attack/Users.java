package ai.prismer.claw.testkit.attack;

import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.client.KubernetesClient;

/** Who a client is to the API server. */
public final class Users {

  private Users() {}

  /** The user name that the API server authenticates this client as. */
  public static String self(KubernetesClient client) {
    return client
        .resource(new SelfSubjectReview())
        .create()
        .getStatus()
        .getUserInfo()
        .getUsername();
  }
}
