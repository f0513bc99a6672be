package ai.prismer.claw.cli.access;

import io.fabric8.kubernetes.api.model.authorization.v1.LocalSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;

/**
 * The API server's answer to "may this account do that?".
 *
 * <p>Who administers the cluster asks about anything. The admin of a namespace may ask about that
 * namespace alone, by another kind of review; then questions about the cluster stay open.
 */
final class Authorizer {
  private final KubernetesClient client;
  private final String user;
  private final List<String> groups;
  private final String namespace;
  private final boolean whole;

  /**
   * Finds out what may be asked.
   *
   * @throws KubernetesClientException if not even about the namespace
   */
  Authorizer(KubernetesClient client, String user, List<String> groups, String namespace) {
    this.client = client;
    this.user = user;
    this.groups = groups;
    this.namespace = namespace;
    Question any = new Question("", "pods", "get", namespace, "", true);
    this.whole = mayAskAnything(any);
    if (!whole) {
      local(any);
    }
  }

  /** Whether questions about the cluster and about all namespaces can be asked. */
  boolean isWhole() {
    return whole;
  }

  /** Whether the account may; only questions about the namespace unless {@link #isWhole}. */
  boolean allows(Question question) {
    return whole ? global(question) : local(question);
  }

  private boolean mayAskAnything(Question question) {
    try {
      global(question);
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return false;
      }
      throw e;
    }
  }

  private boolean global(Question question) {
    var review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(user)
            .withGroups(groups)
            .withResourceAttributes(attributes(question))
            .endSpec()
            .build();
    var answer = client.authorization().v1().subjectAccessReview().create(review);
    return Boolean.TRUE.equals(answer.getStatus().getAllowed());
  }

  private boolean local(Question question) {
    var review =
        new LocalSubjectAccessReviewBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .withUser(user)
            .withGroups(groups)
            .withResourceAttributes(attributes(question))
            .endSpec()
            .build();
    var answer =
        client
            .authorization()
            .v1()
            .localSubjectAccessReview()
            .inNamespace(namespace)
            .create(review);
    return Boolean.TRUE.equals(answer.getStatus().getAllowed());
  }

  private static ResourceAttributes attributes(Question question) {
    int slash = question.resource().indexOf('/');
    return new ResourceAttributesBuilder()
        .withGroup(question.group())
        .withResource(slash < 0 ? question.resource() : question.resource().substring(0, slash))
        .withSubresource(slash < 0 ? null : question.resource().substring(slash + 1))
        .withVerb(question.verb())
        .withNamespace(question.namespace().isEmpty() ? null : question.namespace())
        .withName(question.name().isEmpty() ? null : question.name())
        .build();
  }
}
