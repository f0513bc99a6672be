package ai.prismer.claw.cli.resource;

import ai.prismer.claw.cli.CommandException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one of our kinds.
 *
 * <p>They are read as trees, so that {@code -o yaml} shows what the server has and not what this
 * version of the program knows of it.
 */
public final class Store<T> {
  private static final long PAGE = 500;

  private final KubernetesClient client;
  private final Kind kind;
  private final Class<T> type;

  /**
   * The objects of a kind.
   *
   * @param type what they are read as
   */
  public Store(KubernetesClient client, Kind kind, Class<T> type) {
    this.client = client;
    this.kind = kind;
    this.type = type;
  }

  /**
   * One object.
   *
   * @throws CommandException if it does not exist
   */
  public Found<T> get(String namespace, String name) {
    GenericKubernetesResource object = all().inNamespace(namespace).withName(name).get();
    if (object == null) {
      throw absent(namespace, name);
    }
    return found(object);
  }

  /** All objects of a namespace, or of all where none is named, page by page. */
  public List<Found<T>> list(@Nullable String namespace) {
    List<Found<T>> found = new ArrayList<>();
    String next = null;
    do {
      var options = new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build();
      GenericKubernetesResourceList page =
          namespace == null
              ? all().inAnyNamespace().list(options)
              : all().inNamespace(namespace).list(options);
      page.getItems().forEach(item -> found.add(found(item)));
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
    return found;
  }

  /**
   * Merges a patch into the object, if it still is as it was found.
   *
   * @param patch JSON merge patch (RFC 7386); the resource version is added
   * @throws CommandException if somebody else changed it meanwhile
   */
  public Found<T> patch(Found<T> found, ObjectNode patch) {
    patch.withObjectProperty("metadata").put("resourceVersion", found.resourceVersion());
    try {
      return found(
          all()
              .inNamespace(found.namespace())
              .withName(found.name())
              .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString()));
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        throw CommandException.failed(
            found.name() + " was changed by somebody else at the same moment; try again");
      }
      throw e;
    }
  }

  /**
   * Nothing is there: the object is missing, or the cluster does not know the kind, which the
   * library answers alike.
   */
  private CommandException absent(String namespace, String name) {
    // A list tells the two apart: of an unknown kind there is none, and the error says so.
    all().inNamespace(namespace).list(new ListOptionsBuilder().withLimit(1L).build());
    return CommandException.failed(
        "there is no " + kind.kind() + " " + name + " in namespace " + namespace,
        "kubectl get " + kind.plural() + " -A lists them; -n chooses another namespace");
  }

  private Found<T> found(GenericKubernetesResource object) {
    var serialization = client.getKubernetesSerialization();
    ObjectNode tree = serialization.convertValue(object, ObjectNode.class);
    try {
      return new Found<>(tree, serialization.convertValue(object, type));
    } catch (IllegalArgumentException unknown) {
      throw CommandException.failed(
          kind.kind()
              + " "
              + object.getMetadata().getName()
              + " holds something that this version of kubectl-claw does not know",
          "use the version of the operator; kubectl get -o yaml shows the object");
    }
  }

  private MixedOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      all() {
    return client.genericKubernetesResources(kind.context());
  }
}
