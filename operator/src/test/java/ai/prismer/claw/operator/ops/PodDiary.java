package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Remembers every pod that there ever was in a namespace. */
final class PodDiary implements Watcher<Pod>, AutoCloseable {
  /** By name of the pod: the UIDs that had it. */
  private final Map<String, Set<String>> pods = new ConcurrentHashMap<>();

  private volatile @Nullable WatcherException broken;
  private final Watch watch;

  PodDiary(KubernetesClient client, String namespace) {
    this.watch = client.pods().inNamespace(namespace).watch(this);
  }

  @Override
  public void eventReceived(Action action, Pod pod) {
    pods.computeIfAbsent(pod.getMetadata().getName(), name -> ConcurrentHashMap.newKeySet())
        .add(Pods.uid(pod));
  }

  @Override
  public void onClose(WatcherException cause) {
    broken = cause;
  }

  /** How many pods a Claw of one replica has had, one after the other. */
  int podsEver(String claw) {
    return podsEver(claw, 0);
  }

  /** How many pods there have been of one ordinal, one after the other. */
  int podsEver(String claw, int ordinal) {
    assertThat(broken).as("what broke the watch").isNull();
    return uids(claw + "-" + ordinal).size();
  }

  /** Waits until it has a pod, of which it is told a moment after the server knows it. */
  void awaitEntry(Pod pod) {
    await()
        .atMost(HealingBed.PATIENCE)
        .until(() -> uids(pod.getMetadata().getName()).contains(Pods.uid(pod)));
  }

  private Set<String> uids(String pod) {
    return pods.getOrDefault(pod, Set.of());
  }

  @Override
  public void close() {
    watch.close();
  }
}
