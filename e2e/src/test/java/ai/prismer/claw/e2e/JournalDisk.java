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

/**
 * A folder of this machine as the volume of one agent's journal: the node has no provisioner.
 * Unlike a hostPath a local volume is given to the pod's group, as volumes of real storage are.
 */
final class JournalDisk implements AutoCloseable {
  private final KubernetesClient client;
  private final String namespace;
  private final Path folder;

  /** Makes the volume, bound to the journal's claim of this Claw before there is one. */
  JournalDisk(KubernetesClient client, String namespace, String claw, String size)
      throws IOException {
    this.client = client;
    this.namespace = namespace;
    this.folder = Files.createTempDirectory("claw-journal-");
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

  /** Removes the namespace, whose pods use it, and then the volume. */
  @Override
  public void close() throws IOException {
    client.namespaces().withName(namespace).delete();
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
