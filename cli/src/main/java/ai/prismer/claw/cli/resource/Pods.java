package ai.prismer.claw.cli.resource;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Comparator;
import java.util.List;

/**
 * The pods of a Claw: those whose owners lead to it by UID. A label proves nothing; any pod can
 * carry it.
 */
public final class Pods {
  private Pods() {}

  /** The pods in the order of their names; none while there is no StatefulSet. */
  public static List<Pod> of(KubernetesClient client, Found<Claw> claw) {
    StatefulSet set =
        client.apps().statefulSets().inNamespace(claw.namespace()).withName(claw.name()).get();
    if (set == null || !Ownership.isControlledBy(set, claw.uid())) {
      return List.of();
    }
    return client
        .pods()
        .inNamespace(claw.namespace())
        .withLabel(Keys.LABEL_APP_INSTANCE, claw.name())
        .list()
        .getItems()
        .stream()
        .filter(pod -> Ownership.isControlledBy(pod, set.getMetadata().getUid()))
        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
        .toList();
  }
}
