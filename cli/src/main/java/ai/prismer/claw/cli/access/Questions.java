package ai.prismer.claw.cli.access;

import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every verb of every resource that this cluster serves, and the verbs that no discovery names
 * because they are no requests: those which lift a confinement or lend an identity.
 */
final class Questions {
  private static final Map<String, List<String>> UNLISTED =
      Map.of(
          "claws." + Keys.GROUP,
          List.of(Keys.VERB_MANAGE, "configure", "analyze", "companion"),
          "clawopsescalations." + Keys.GROUP,
          List.of("approve"),
          "serviceaccounts",
          List.of("impersonate"),
          "roles.rbac.authorization.k8s.io",
          List.of("bind", "escalate"),
          "clusterroles.rbac.authorization.k8s.io",
          List.of("bind", "escalate"));

  private Questions() {}

  /** The questions for one namespace and for the cluster. */
  static List<Question> all(KubernetesClient client, String namespace) {
    List<Question> questions = new ArrayList<>();
    add(questions, client, "", "v1", namespace);
    for (APIGroup group : client.getApiGroups().getGroups()) {
      add(
          questions,
          client,
          group.getName(),
          group.getPreferredVersion().getGroupVersion(),
          namespace);
    }
    for (String identity : List.of("users", "groups")) {
      questions.add(new Question("", identity, "impersonate", "", "", false));
    }
    return questions;
  }

  private static void add(
      List<Question> questions,
      KubernetesClient client,
      String group,
      String version,
      String namespace) {
    APIResourceList resources = client.getApiResources(version);
    // An aggregated server that is down must not hide what the others would allow.
    if (resources == null) {
      return;
    }
    for (APIResource resource : resources.getResources()) {
      String where = resource.getNamespaced() ? namespace : "";
      for (String verb : verbs(resource, group)) {
        questions.add(
            new Question(group, resource.getName(), verb, where, "", resource.getNamespaced()));
      }
    }
  }

  private static Set<String> verbs(APIResource resource, String group) {
    Set<String> verbs = new LinkedHashSet<>(resource.getVerbs());
    String what = group.isEmpty() ? resource.getName() : resource.getName() + "." + group;
    verbs.addAll(UNLISTED.getOrDefault(what, List.of()));
    return verbs;
  }
}
