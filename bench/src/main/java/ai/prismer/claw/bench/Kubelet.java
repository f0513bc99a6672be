package ai.prismer.claw.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;

/**
 * Calls every new pod ready, as a kubelet would that has nothing to do, and lets go of every pod
 * that is to end.
 *
 * <p>The second is seldom needed, since the API server itself removes a pod without a node. But it
 * marks the pod first, and does no more when the client that asked has died in between: the pod
 * would be Terminating for ever. With a node a kubelet removes it, without one Kubernetes' own
 * garbage collector of pods, which this bed has not.
 */
final class Kubelet implements ResourceEventHandler<Pod>, AutoCloseable {
  private final Fleet fleet;
  private final ExecutorService hands;

  /** By namespace and name of the Claw: its pod as it was made last. */
  private final Map<String, Pod> pods = new ConcurrentHashMap<>();

  /** By namespace and name of the Claw: UIDs of all its pods. */
  private final Map<String, Set<String>> ever = new ConcurrentHashMap<>();

  private final Set<String> told = ConcurrentHashMap.newKeySet();
  private final SharedIndexInformer<Pod> informer;

  Kubelet(KubernetesClient admin, Fleet fleet, ExecutorService hands) {
    this.fleet = fleet;
    this.hands = hands;
    this.informer = admin.pods().inAnyNamespace().inform(this);
  }

  /** How many pods have been called ready. */
  int ready() {
    return told.size();
  }

  /** The pod of a Claw. */
  Pod pod(String key) {
    return Objects.requireNonNull(pods.get(key), key);
  }

  /** How many pods a Claw has had. */
  int podsEver(String key) {
    return ever.getOrDefault(key, Set.of()).size();
  }

  @Override
  public void onAdd(Pod pod) {
    String name = pod.getMetadata().getName();
    if (!name.endsWith("-0") || pod.isMarkedForDeletion()) {
      return;
    }
    String claw = name.substring(0, name.length() - 2);
    String key = pod.getMetadata().getNamespace() + "/" + claw;
    pods.put(key, pod);
    ever.computeIfAbsent(key, _ -> ConcurrentHashMap.newKeySet()).add(pod.getMetadata().getUid());
    hands.execute(() -> {
      try {
        fleet.ready(pod);
        told.add(pod.getMetadata().getUid());
      } catch (KubernetesClientException gone) {
        System.err.println("not ready: " + gone.getMessage());
      }
    });
  }

  @Override
  public void onUpdate(Pod before, Pod now) {
    if (now.isMarkedForDeletion()) {
      hands.execute(() -> letGo(now));
    }
  }

  private void letGo(Pod pod) {
    try {
      fleet.ended(pod);
    } catch (KubernetesClientException gone) {
      // The API server was faster, as nearly always.
    }
  }

  @Override
  public void onDelete(Pod pod, boolean finalStateUnknown) {}

  @Override
  public void close() {
    informer.close();
  }
}
