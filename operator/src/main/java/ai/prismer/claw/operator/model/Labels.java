package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Labels, owner and name that every child of a Claw has. */
public final class Labels {

  private static final String APPLICATION = "claw";
  private static final String COMPONENT = "agent";
  private static final String OPERATOR_COMPONENT = "operator";

  private Labels() {}

  /** All labels of a child. */
  static Map<String, String> of(Claw claw) {
    Map<String, String> labels = new LinkedHashMap<>(selector(claw));
    labels.put(Keys.LABEL_COMPONENT, COMPONENT);
    labels.put(Keys.LABEL_PART_OF, Keys.MANAGED_BY);
    labels.put(Keys.LABEL_MANAGED_BY, Keys.MANAGED_BY);
    labels.put(Keys.LABEL_RUNTIME, claw.getSpec().runtime().wireName());
    labels.put(Keys.LABEL_INSTANCE, claw.getMetadata().getName());
    return labels;
  }

  /**
   * The two that select pods. A selector cannot be changed, so nothing that might ever change
   * stands in it.
   */
  static Map<String, String> selector(Claw claw) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(Keys.LABEL_NAME, APPLICATION);
    labels.put(Keys.LABEL_APP_INSTANCE, claw.getMetadata().getName());
    return labels;
  }

  /** Those that the chart gives the operator's own pods, whatever it is called. */
  static Map<String, String> operatorPods() {
    return Map.of(Keys.LABEL_COMPONENT, OPERATOR_COMPONENT, Keys.LABEL_PART_OF, Keys.MANAGED_BY);
  }

  /** Those by which a claim that has no owner is known again. */
  static Map<String, String> journal(Claw claw) {
    return Map.of(
        Keys.LABEL_MANAGED_BY, Keys.MANAGED_BY, Keys.LABEL_INSTANCE, claw.getMetadata().getName());
  }

  /**
   * The Claw that an object says it belongs to, by name. That only says where to look: what belongs
   * to a Claw is decided by UIDs, so a forged label costs a reconciliation and nothing more.
   */
  public static Optional<String> instance(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getLabels())
        .map(labels -> labels.get(Keys.LABEL_INSTANCE));
  }

  /** Name, namespace, labels and owner of a child. */
  static ObjectMeta child(Claw claw, String name) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(claw.getMetadata().getNamespace())
        .withLabels(of(claw))
        .withOwnerReferences(owner(claw))
        .build();
  }

  /** Gives labels and owner of a child to an object that another room made. */
  static <T extends HasMetadata> T adopt(Claw claw, T made) {
    ObjectMeta metadata = child(claw, made.getMetadata().getName());
    if (made.getMetadata().getAnnotations() != null) {
      metadata.setAnnotations(new LinkedHashMap<>(made.getMetadata().getAnnotations()));
    }
    made.setMetadata(metadata);
    return made;
  }

  private static OwnerReference owner(Claw claw) {
    return new OwnerReferenceBuilder()
        .withApiVersion(Keys.GROUP + "/" + Keys.VERSION)
        .withKind("Claw")
        .withName(claw.getMetadata().getName())
        .withUid(claw.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }
}
