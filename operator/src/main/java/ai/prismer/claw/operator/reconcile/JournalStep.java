package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Channels;
import ai.prismer.claw.operator.apply.ChildCache;
import ai.prismer.claw.operator.apply.StaleObservation;
import ai.prismer.claw.operator.model.JournalClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;

/**
 * Makes the claim of the bus's journal, once, and lets it grow. It is never removed here: what is
 * in it was promised to somebody.
 */
final class JournalStep {

  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final ChildCache cache;

  JournalStep(KubernetesClient client, ChildCache cache) {
    this.client = client;
    this.cache = cache;
  }

  void run(Reconciliation reconciliation) {
    Claw claw = reconciliation.claw;
    if (reconciliation.channels.isEmpty() || Channels.ephemeral(claw.getSpec())) {
      return;
    }
    reconciliation.journalReady = false;
    PersistentVolumeClaim wanted = JournalClaim.of(claw);
    String name = wanted.getMetadata().getName();
    PersistentVolumeClaim known =
        cache.get(PersistentVolumeClaim.class, claw.getMetadata().getNamespace(), name);
    PersistentVolumeClaim claim = known == null ? make(wanted) : known;
    if (!JournalClaim.isOf(claw, claim)) {
      reconciliation.fail(
          new Failure(
              "journal",
              "NotOurs",
              "PersistentVolumeClaim "
                  + name
                  + " exists and is not the journal of this Claw; rename or delete it, rename the"
                  + " Claw, or set spec.bus.ephemeral",
              false));
      return;
    }
    if (claim.isMarkedForDeletion()) {
      reconciliation.fail(
          new Failure(
              "journal",
              "ClaimIsGoing",
              "PersistentVolumeClaim "
                  + name
                  + " is being deleted; it goes when the pod does, and is made anew",
              false));
      return;
    }
    if (JournalClaim.mustGrow(claw, claim)) {
      grow(claim, wanted);
    }
    reconciliation.journalReady = true;
  }

  /** The claim that was made, or that exists without its label and so is in no cache. */
  private PersistentVolumeClaim make(PersistentVolumeClaim wanted) {
    try {
      PersistentVolumeClaim made = client.resource(wanted).create();
      cache.written(null, made);
      return made;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != CONFLICT) {
        throw refused;
      }
      PersistentVolumeClaim present = client.resource(wanted).get();
      if (present == null) {
        throw new StaleObservation(
            "PersistentVolumeClaim " + wanted.getMetadata().getName() + " has just gone");
      }
      return present;
    }
  }

  private void grow(PersistentVolumeClaim claim, PersistentVolumeClaim wanted) {
    String patch =
        client
            .getKubernetesSerialization()
            .asJson(
                Map.of(
                    "metadata",
                    Map.of("resourceVersion", claim.getMetadata().getResourceVersion()),
                    "spec",
                    Map.of(
                        "resources",
                        Map.of("requests", wanted.getSpec().getResources().getRequests()))));
    PersistentVolumeClaim grown =
        client.resource(claim).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    cache.written(claim, grown);
  }
}
