package ai.prismer.claw.cli.audit;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.output.Screen;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/**
 * What a person asks of the log: an annotation on the operator's Namespace, with their own user
 * name beside it, which the admission policy compares with who they are. The operator holds no
 * right to write it.
 */
final class LogRequest {
  private LogRequest() {}

  /** Writes the annotation; returns the user name it was written under. */
  static String ask(
      KubernetesClient client, String namespace, String annotation, String by, String value) {
    String user =
        client.resource(new SelfSubjectReview()).create().getStatus().getUserInfo().getUsername();
    ObjectNode patch = Screen.object();
    patch.putObject("metadata").putObject("annotations").put(annotation, value).put(by, user);
    if (client.namespaces().withName(namespace).get() == null) {
      throw CommandException.failed("there is no namespace " + namespace);
    }
    client
        .namespaces()
        .withName(namespace)
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
    return user;
  }
}
