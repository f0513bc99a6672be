package ai.prismer.claw.operator.apply;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.operator.model.Canonical;
import ai.prismer.claw.operator.model.HealGeneration;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one child to its desired state and writes only where there is a difference.
 *
 * <p>Invariants, and what each prevents:
 *
 * <ul>
 *   <li>A child that does not exist is created by POST: an apply would silently take over an object
 *       that somebody else made.
 *   <li>An object that is not controlled by this very Claw, by UID, is never written.
 *   <li>A change is decided on the object as the server has it now and carries its resourceVersion:
 *       a write in between makes it fail instead of being overwritten.
 *   <li>A change is applied without force: a field that somebody else owns becomes a message to a
 *       person, not a fight.
 *   <li>A child that carries a higher {@link HealGeneration} than the Claw it is decided on is
 *       never written: this operator looks at a Claw from before a heal and would undo it.
 *   <li>The heal mark itself is no difference: it is written along with the next real one.
 * </ul>
 *
 * <p>Safe for concurrent use for different Claws.
 */
public final class ChildWriter {

  /** Our field manager; the client's user agent makes it the one of creations too. */
  public static final String FIELD_MANAGER = "k8s4claw";

  private static final Logger LOGGER = LoggerFactory.getLogger(ChildWriter.class);
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
  private static final String METADATA = "metadata";
  private static final String ANNOTATIONS = "annotations";

  private final KubernetesClient client;
  private final ChildCache cache;

  /**
   * Children whose name a foreign object holds. They are looked at before a POST is tried again, so
   * that a blocked Claw costs reads and no writes.
   */
  private final Set<String> blocked = ConcurrentHashMap.newKeySet();

  /** Writes with the client, reads what it can from the cache. */
  public ChildWriter(KubernetesClient client, ChildCache cache) {
    this.client = client;
    this.cache = cache;
  }

  /**
   * Brings a child to its desired state.
   *
   * @param claw the Claw the child was derived from
   * @param desired the child; annotated by this call
   * @throws StaleObservation when the child or the Claw moved on; observe again
   * @throws KubernetesClientException for any other failure of the API server
   */
  public <T extends HasMetadata> Outcome<T> bring(Claw claw, T desired) {
    stamp(claw, desired);
    @Nullable T known = known(desired);
    if (known == null && blocked.contains(place(claw, desired))) {
      known = live(desired);
    }
    if (known == null) {
      return create(claw, desired);
    }
    if (!isOurs(claw, known)) {
      return foreign(claw, known);
    }
    blocked.remove(place(claw, desired));
    return difference(desired, known).isEmpty()
        ? new Outcome.InStep<>(known)
        : change(claw, desired);
  }

  /** Removes a child if it exists and belongs to the Claw. Removing it twice is no failure. */
  public void remove(Claw claw, Class<? extends HasMetadata> kind, String name) {
    HasMetadata known = cache.get(kind, claw.getMetadata().getNamespace(), name);
    if (known == null || !isOurs(claw, known) || known.isMarkedForDeletion()) {
      return;
    }
    try {
      client.resource(known).lockResourceVersion(known.getMetadata().getResourceVersion()).delete();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == CONFLICT) {
        throw new StaleObservation(describe(known) + " changed while it was to be removed");
      }
      if (refused.getCode() != NOT_FOUND) {
        throw refused;
      }
    }
  }

  /** Forgets what was remembered about a Claw that is gone. */
  public void forget(String uid) {
    blocked.removeIf(place -> place.startsWith(uid + "/"));
  }

  private <T extends HasMetadata> Outcome<T> create(Claw claw, T desired) {
    try {
      T created = client.resource(desired).create();
      cache.written(null, created);
      return new Outcome.InStep<>(created);
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != CONFLICT) {
        throw refused;
      }
    }
    // The name is taken: by somebody else, or by ourselves a moment ago.
    return change(claw, desired);
  }

  private <T extends HasMetadata> Outcome<T> change(Claw claw, T desired) {
    T live = live(desired);
    if (live == null || live.isMarkedForDeletion()) {
      throw new StaleObservation(describe(desired) + " is going; it will be made anew");
    }
    if (!isOurs(claw, live)) {
      return foreign(claw, live);
    }
    if (healGeneration(live) > HealGeneration.of(claw)) {
      throw new StaleObservation(
          describe(desired) + " was applied after a heal that this operator has not seen yet");
    }
    Optional<String> difference = difference(desired, live);
    if (difference.isEmpty()) {
      return new Outcome.InStep<>(live);
    }
    LOGGER.info("applying {}: {} differs", describe(desired), difference.get());
    try {
      desired.getMetadata().setResourceVersion(upgrade(live).getMetadata().getResourceVersion());
      T applied =
          client
              .resource(desired)
              .patch(
                  new PatchContext.Builder()
                      .withPatchType(PatchType.SERVER_SIDE_APPLY)
                      .withFieldManager(FIELD_MANAGER)
                      .withForce(false)
                      .build());
      cache.written(live, applied);
      return new Outcome.InStep<>(applied);
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != CONFLICT) {
        throw refused;
      }
      List<StatusCause> owners = conflicts(refused);
      if (owners.isEmpty()) {
        throw new StaleObservation(describe(desired) + " changed while it was to be applied");
      }
      return new Outcome.Conflict<>(explain(desired, owners));
    } finally {
      desired.getMetadata().setResourceVersion(null);
    }
  }

  /** See {@link FieldOwnership}. */
  private <T extends HasMetadata> T upgrade(T live) {
    Optional<List<ManagedFieldsEntry>> entries =
        FieldOwnership.upgraded(live.getMetadata().getManagedFields(), FIELD_MANAGER);
    if (entries.isEmpty()) {
      return live;
    }
    String patch =
        client
            .getKubernetesSerialization()
            .asJson(
                List.of(
                    Map.of(
                        "op", "replace", "path", "/metadata/managedFields", "value", entries.get()),
                    // Fails when somebody wrote in between, as a test on the version would; but
                    // with 409 like every other write, not with 422.
                    Map.of(
                        "op",
                        "replace",
                        "path",
                        "/metadata/resourceVersion",
                        "value",
                        live.getMetadata().getResourceVersion())));
    return client.resource(live).patch(PatchContext.of(PatchType.JSON), patch);
  }

  private static void stamp(Claw claw, HasMetadata desired) {
    Map<String, String> annotations = new LinkedHashMap<>();
    if (desired.getMetadata().getAnnotations() != null) {
      annotations.putAll(desired.getMetadata().getAnnotations());
    }
    annotations.put(Keys.APPLIED_HASH, Canonical.hash(desired));
    long mark = HealGeneration.of(claw);
    if (mark > 0) {
      annotations.put(Keys.HEAL_GENERATION, Long.toString(mark));
    }
    desired.getMetadata().setAnnotations(annotations);
  }

  private static Optional<String> difference(HasMetadata desired, HasMetadata actual) {
    JsonNode wanted = Canonical.tree(desired);
    if (wanted.path(METADATA).path(ANNOTATIONS) instanceof ObjectNode annotations) {
      annotations.remove(Keys.HEAL_GENERATION);
    }
    return Difference.first(wanted, Canonical.tree(actual));
  }

  private static long healGeneration(HasMetadata child) {
    Map<String, String> annotations = child.getMetadata().getAnnotations();
    String mark = annotations == null ? null : annotations.get(Keys.HEAL_GENERATION);
    try {
      return mark == null ? 0 : Long.parseLong(mark);
    } catch (NumberFormatException edited) {
      return 0;
    }
  }

  private static List<StatusCause> conflicts(KubernetesClientException refused) {
    if (refused.getStatus() == null || refused.getStatus().getDetails() == null) {
      return List.of();
    }
    return refused.getStatus().getDetails().getCauses().stream()
        .filter(cause -> "FieldManagerConflict".equals(cause.getReason()))
        .toList();
  }

  private static String explain(HasMetadata desired, List<StatusCause> owners) {
    return owners.stream()
            .map(cause -> cause.getField() + ": " + cause.getMessage())
            .collect(Collectors.joining("; ", describe(desired) + " is not applied: ", ""))
        + "; give the field up there, or delete the object and it is made anew";
  }

  private <T extends HasMetadata> Outcome<T> foreign(Claw claw, T there) {
    blocked.add(place(claw, there));
    String owner =
        there.getMetadata().getOwnerReferences().stream()
            .filter(reference -> Boolean.TRUE.equals(reference.getController()))
            .map(reference -> reference.getKind() + " " + reference.getName())
            .findFirst()
            .orElse("nobody");
    return new Outcome.Foreign<>(
        describe(there)
            + " exists and does not belong to this Claw (controlled by "
            + owner
            + "); rename or delete it, or rename the Claw");
  }

  @SuppressWarnings("unchecked") // getClass() of a T is a Class of T for these generated classes
  private <T extends HasMetadata> @Nullable T known(T desired) {
    return cache.get(
        (Class<T>) desired.getClass(),
        desired.getMetadata().getNamespace(),
        desired.getMetadata().getName());
  }

  private <T extends HasMetadata> @Nullable T live(T desired) {
    return client.resource(desired).get();
  }

  private static boolean isOurs(Claw claw, HasMetadata child) {
    return child.getMetadata().getOwnerReferences().stream()
        .anyMatch(reference ->
            Boolean.TRUE.equals(reference.getController())
                && Objects.equals(reference.getUid(), claw.getMetadata().getUid()));
  }

  private static String place(Claw claw, HasMetadata child) {
    return claw.getMetadata().getUid() + "/" + describe(child);
  }

  private static String describe(HasMetadata child) {
    return child.getKind() + " " + child.getMetadata().getName();
  }
}
