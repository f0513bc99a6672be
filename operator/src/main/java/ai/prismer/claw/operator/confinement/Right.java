package ai.prismer.claw.operator.confinement;

import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * A right that makes an agent more than an agent.
 *
 * @param verb verb
 * @param group API group, empty for the core
 * @param resource resource
 * @param subresource subresource, empty for none
 */
record Right(String verb, String group, String resource, String subresource) {

  /**
   * What lifts confinement or walks around it: managing Claws, deciding escalations, making pods or
   * entering them, writing what makes pods, reading every Secret, becoming another account. In the
   * order in which they are told to a person.
   */
  static final List<Right> EXCESSIVE = excessive();

  private static List<Right> excessive() {
    List<Right> rights = new ArrayList<>();
    rights.add(new Right(Keys.VERB_MANAGE, Keys.GROUP, "claws", ""));
    rights.add(new Right(Keys.VERB_MANAGE, Keys.GROUP, "clawchannels", ""));
    rights.add(new Right("approve", Keys.GROUP, "clawopsescalations", ""));
    rights.add(new Right("create", "", "pods", ""));
    rights.add(new Right("create", "", "pods", "exec"));
    rights.add(new Right("get", "", "pods", "exec"));
    rights.add(new Right("patch", "", "pods", "ephemeralcontainers"));
    for (String workload : List.of("deployments", "statefulsets", "daemonsets")) {
      for (String verb : List.of("create", "update", "patch")) {
        rights.add(new Right(verb, "apps", workload, ""));
      }
    }
    rights.add(new Right("create", "batch", "jobs", ""));
    rights.add(new Right("create", "batch", "cronjobs", ""));
    rights.add(new Right("patch", "batch", "cronjobs", ""));
    rights.add(new Right("list", "", "secrets", ""));
    rights.add(new Right("create", "", "serviceaccounts", "token"));
    rights.add(new Right("impersonate", "", "serviceaccounts", ""));
    return List.copyOf(rights);
  }

  /** Asks the API server whether an account holds this in its own namespace. */
  SubjectAccessReview askedOf(Account account) {
    return new SubjectAccessReviewBuilder()
        .withNewSpec()
        .withUser(account.user())
        .withGroups(account.groups())
        .withNewResourceAttributes()
        .withNamespace(account.namespace())
        .withVerb(verb)
        .withGroup(group)
        .withResource(resource)
        .withSubresource(subresource)
        .endResourceAttributes()
        .endSpec()
        .build();
  }

  @Override
  public String toString() {
    return verb + " " + resource + (subresource.isEmpty() ? "" : "/" + subresource);
  }
}
