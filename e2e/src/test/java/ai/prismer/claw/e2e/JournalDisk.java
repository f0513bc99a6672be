package ai.prismer.claw.e2e;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * What the journal of one agent lies on: a volume that the cluster makes, as the test bed's node
 * does, or, in a cluster without a default StorageClass, a folder of this machine. Unlike a
 * hostPath a local volume is given to the pod's group, as volumes of real storage are.
 */
final class JournalDisk implements AutoCloseable {
  private final KubernetesClient client;
  private final String namespace;
  private final @Nullable Path folder;

  /** Sees to a volume for the journal's claim of this Claw, before there is one. */
  JournalDisk(KubernetesClient client, String namespace, String claw, String size)
      throws IOException {
    this.client = client;
    this.namespace = namespace;
    this.folder = hasProvisioner(client) ? null : Files.createTempDirectory("claw-journal-");
    if (folder != null) {
      makeVolume(claw, size, folder);
    }
  }

  private static boolean hasProvisioner(KubernetesClient client) {
    return client.storage().v1().storageClasses().list().getItems().stream()
        .map(found -> found.getMetadata().getAnnotations())
        .anyMatch(marks ->
            marks != null
                && "true".equals(marks.get("storageclass.kubernetes.io/is-default-class")));
  }

  /** Bound to the claim beforehand, so that no other takes it. */
  private void makeVolume(String claw, String size, Path folder) {
    String node = client.nodes().list().getItems().getFirst().getMetadata().getName();
    String volume =
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: %1$s}
        spec:
          capacity: {storage: %2$s}
          accessModes: [ReadWriteOnce]
          persistentVolumeReclaimPolicy: Retain
          claimRef: {namespace: %1$s, name: %3$s-bus}
          local: {path: %4$s}
          nodeAffinity:
            required:
              nodeSelectorTerms:
              - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: ["%5$s"]}]
        """
            .formatted(namespace, size, claw, folder, node);
    client.resource(Serialization.unmarshal(volume, PersistentVolume.class)).create();
  }

  /** Removes the namespace, whose pods use it, and then a volume that the cluster did not make. */
  @Override
  public void close() throws IOException {
    client.namespaces().withName(namespace).delete();
    if (folder == null) {
      return;
    }
    Awaitility.await("the pods on " + folder + " are gone")
        .atMost(Duration.ofMinutes(2))
        .until(() -> client.pods().inNamespace(namespace).list().getItems().isEmpty());
    client.persistentVolumes().withName(namespace).delete();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
