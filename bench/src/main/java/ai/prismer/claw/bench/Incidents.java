package ai.prismer.claw.bench;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What becomes of incidents, as the statuses of Claws tell it. */
final class Incidents implements ResourceEventHandler<Claw>, AutoCloseable {
  private final Map<String, Long> told = new ConcurrentHashMap<>();
  private final Map<String, Double> millis = new ConcurrentHashMap<>();
  private final Set<String> applied = ConcurrentHashMap.newKeySet();
  private final Set<String> healthy = ConcurrentHashMap.newKeySet();
  private final SharedIndexInformer<Claw> informer;

  Incidents(KubernetesClient admin) {
    this.informer = admin.resources(Claw.class).inAnyNamespace().inform(this);
  }

  /** The kubelet tells of the kill at this moment. */
  void told(String key) {
    told.put(key, System.nanoTime());
  }

  /** Begins a new series of times. */
  void forgetTimes() {
    millis.clear();
  }

  /** How many actions have been applied. */
  int applied() {
    return applied.size();
  }

  /** How many have ended as Healthy. */
  int healthy() {
    return healthy.size();
  }

  /** From each kill to its action. */
  double[] millis() {
    return millis.values().stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Override
  public void onAdd(Claw claw) {}

  @Override
  public void onUpdate(Claw before, Claw now) {
    long seen = System.nanoTime();
    OpsStatus ops = now.getStatus() == null ? null : now.getStatus().ops();
    if (ops == null) {
      return;
    }
    String key = now.getMetadata().getNamespace() + "/" + now.getMetadata().getName();
    InFlight flight = ops.inFlight();
    if (flight != null && flight.stage().equals("Verifying") && applied.add(key)) {
      Long since = told.get(key);
      if (since != null) {
        millis.put(key, (seen - since) / 1e6);
      }
    }
    if ("Healthy".equals(ops.lastResult())) {
      healthy.add(key);
    }
  }

  @Override
  public void onDelete(Claw claw, boolean finalStateUnknown) {}

  @Override
  public void close() {
    informer.close();
  }
}
