package ai.prismer.claw.cli.resource;

import ai.prismer.claw.cli.CommandException;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.client.KubernetesClient;

/** Who the server takes the person for: the name under which requests are recorded. */
public final class Person {
  private Person() {}

  /**
   * The user name, asked of the server: a kubeconfig does not know it.
   *
   * @throws CommandException if the server does not say
   */
  public static String name(KubernetesClient client) {
    SelfSubjectReview review = new SelfSubjectReview();
    review.setMetadata(new ObjectMeta());
    SelfSubjectReview answer = client.resource(review).create();
    String name =
        answer.getStatus() == null || answer.getStatus().getUserInfo() == null
            ? null
            : answer.getStatus().getUserInfo().getUsername();
    if (name == null || name.isEmpty()) {
      throw CommandException.failed("the server does not say who you are");
    }
    return name;
  }
}
