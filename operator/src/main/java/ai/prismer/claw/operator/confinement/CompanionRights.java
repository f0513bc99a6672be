package ai.prismer.claw.operator.confinement;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.operator.configuration.Companion;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What companions are granted, in the namespaces that the operator's configuration names, and only
 * while confinement is proven there: to read Claws, pods and escalations, and to patch Claws, of
 * which the admission policies leave them the intent and the analysis.
 *
 * <p>Written when a proof changes, and otherwise looked at with each proof: at rest this class
 * reads and writes nothing that is as it should be. Called on the probe's thread.
 */
public final class CompanionRights {
  /** Value of {@link Keys#LABEL_COMPONENT} on what this class makes. */
  static final String COMPONENT = "companion";

  private static final Logger LOG = LoggerFactory.getLogger(CompanionRights.class);
  private static final String RBAC = "rbac.authorization.k8s.io";
  private static final String MANAGER = "k8s4claw-companions";

  private final KubernetesClient client;
  private final List<Companion> companions;

  /** By namespace, whether its companion holds its rights; absent where nobody has looked. */
  private final Map<String, Boolean> granted = new ConcurrentHashMap<>();

  /**
   * Makes it.
   *
   * @param client client of the operator's own account
   * @param companions the operator's configuration; of several for one namespace the first counts
   */
  public CompanionRights(KubernetesClient client, List<Companion> companions) {
    this.client = client;
    this.companions = List.copyOf(companions);
  }

  /** User name of the companion that watches this namespace and may act in it now. */
  public Optional<String> active(String namespace) {
    return Boolean.TRUE.equals(granted.get(namespace))
        ? of(namespace).map(Companion::userName)
        : Optional.empty();
  }

  /** Whether some companion watches this namespace. */
  public boolean isWatched(String namespace) {
    return of(namespace).isPresent();
  }

  private Optional<Companion> of(String namespace) {
    return companions.stream()
        .filter(companion -> companion.namespaces().contains(namespace))
        .findFirst();
  }

  /** Takes away what an earlier configuration granted and this one does not. */
  public void retire() {
    try {
      client.rbac().roles().inAnyNamespace().withLabels(labels()).list().getItems().stream()
          .filter(role -> !isWanted(role))
          .forEach(role -> remove(role.getMetadata().getNamespace(), role.getMetadata().getName()));
    } catch (KubernetesClientException failed) {
      LOG.warn("rights of former companions could not be looked for: {}", failed.getMessage());
    }
  }

  private boolean isWanted(Role role) {
    return of(role.getMetadata().getNamespace())
        .map(companion -> name(companion).equals(role.getMetadata().getName()))
        .orElse(false);
  }

  /**
   * Grants or takes away, after a look at what is there.
   *
   * @param proven whether confinement is proven in the namespace
   */
  void proof(String namespace, boolean proven) {
    Companion companion = of(namespace).orElse(null);
    if (companion == null) {
      return;
    }
    try {
      if (proven) {
        apply(client.resource(role(companion, namespace)), client);
        apply(client.resource(binding(companion, namespace)), client);
      } else {
        remove(namespace, name(companion));
      }
      granted.put(namespace, proven);
    } catch (KubernetesClientException failed) {
      granted.remove(namespace);
      LOG.warn(
          "rights of companion {} in namespace {} could not be {}: {}",
          companion.serviceAccount(),
          namespace,
          proven ? "granted" : "taken away",
          failed.getMessage());
    }
  }

  private static <T extends HasMetadata> void apply(Resource<T> resource, KubernetesClient client) {
    T wanted = resource.item();
    T present = resource.get();
    if (present != null && says(present, client).equals(says(wanted, client))) {
      return;
    }
    resource.patch(
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(MANAGER)
            .withForce(true)
            .build());
  }

  private static Object says(HasMetadata object, KubernetesClient client) {
    Map<?, ?> fields = client.getKubernetesSerialization().convertValue(object, Map.class);
    return List.of(
        Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of()),
        orEmpty(fields.get("rules")),
        orEmpty(fields.get("roleRef")),
        orEmpty(fields.get("subjects")));
  }

  private static Object orEmpty(@Nullable Object value) {
    return value == null ? "" : value;
  }

  private void remove(String namespace, String name) {
    var bindings = client.rbac().roleBindings().inNamespace(namespace).withName(name);
    var roles = client.rbac().roles().inNamespace(namespace).withName(name);
    if (bindings.get() != null) {
      bindings.delete();
    }
    if (roles.get() != null) {
      roles.delete();
    }
  }

  private static String name(Companion companion) {
    String account = companion.serviceAccount().replace('/', '.');
    return "k8s4claw-companion-" + account.substring(0, Math.min(200, account.length()));
  }

  private static Map<String, String> labels() {
    return Map.of(Keys.LABEL_MANAGED_BY, Keys.MANAGED_BY, Keys.LABEL_COMPONENT, COMPONENT);
  }

  private static ObjectMeta metadata(Companion companion, String namespace) {
    return new ObjectMetaBuilder()
        .withName(name(companion))
        .withNamespace(namespace)
        .withLabels(labels())
        .build();
  }

  private static Role role(Companion companion, String namespace) {
    return new RoleBuilder()
        .withMetadata(metadata(companion, namespace))
        .addNewRule()
        .withApiGroups(Keys.GROUP)
        .withResources("claws")
        .withVerbs("get", "list", "watch", "patch", Keys.VERB_ANALYZE)
        .endRule()
        .addNewRule()
        .withApiGroups(Keys.GROUP)
        .withResources("clawopsescalations")
        .withVerbs("get", "list", "watch")
        .endRule()
        .addNewRule()
        .withApiGroups("")
        .withResources("pods")
        .withVerbs("get", "list", "watch")
        .endRule()
        .build();
  }

  private static RoleBinding binding(Companion companion, String namespace) {
    return new RoleBindingBuilder()
        .withMetadata(metadata(companion, namespace))
        .withNewRoleRef()
        .withApiGroup(RBAC)
        .withKind("Role")
        .withName(name(companion))
        .endRoleRef()
        .addNewSubject()
        .withKind("ServiceAccount")
        .withNamespace(companion.accountNamespace())
        .withName(companion.accountName())
        .endSubject()
        .build();
  }
}
