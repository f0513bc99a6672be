package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which pods are a Claw's own.
 *
 * <p>Labels prove nothing: whoever may create pods may label one, and would otherwise steer
 * self-healing of somebody else's agent. A pod belongs to a Claw when it is named {@code
 * <statefulset>-<ordinal>} and its controller is, by UID, a StatefulSet whose controller is, by
 * UID, the Claw. The name matters as well, because an owner reference can be forged but a second
 * pod of the same name cannot exist.
 */
public final class OwnedPods {

  private OwnedPods() {}

  /** Whether the object's controller is the Claw, by UID. */
  public static boolean owns(Claw claw, HasMetadata child) {
    return controlledBy(child, claw);
  }

  /** Of the candidates those that are the Claw's own, in the order of their ordinals. */
  public static List<Pod> of(Claw claw, @Nullable StatefulSet statefulSet, Stream<Pod> candidates) {
    if (statefulSet == null || !owns(claw, statefulSet)) {
      return List.of();
    }
    String name = statefulSet.getMetadata().getName();
    return candidates
        .filter(pod -> ordinal(name, pod.getMetadata().getName()).isPresent())
        .filter(pod -> controlledBy(pod, statefulSet))
        .sorted(
            Comparator.comparingInt(pod -> ordinal(name, pod.getMetadata().getName()).orElse(0)))
        .toList();
  }

  private static OptionalInt ordinal(String statefulSet, String pod) {
    if (!pod.startsWith(statefulSet + "-")) {
      return OptionalInt.empty();
    }
    String rest = pod.substring(statefulSet.length() + 1);
    boolean number =
        !rest.isEmpty()
            && rest.length() <= 4
            && rest.chars().allMatch(character -> character >= '0' && character <= '9')
            && (rest.equals("0") || !rest.startsWith("0"));
    return number ? OptionalInt.of(Integer.parseInt(rest)) : OptionalInt.empty();
  }

  private static boolean controlledBy(HasMetadata child, HasMetadata owner) {
    return child.getMetadata().getNamespace().equals(owner.getMetadata().getNamespace())
        && child.getMetadata().getOwnerReferences().stream()
            .filter(reference -> Boolean.TRUE.equals(reference.getController()))
            .map(OwnerReference::getUid)
            .anyMatch(uid -> uid.equals(owner.getMetadata().getUid()));
  }
}
