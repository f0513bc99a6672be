package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Channels;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Map;

/**
 * The claim of the bus's journal. It is no child: it has no owner, so that what was accepted
 * outlives the pod and the Claw, and a Claw of the same name finds it again.
 */
public final class JournalClaim {

  private static final BigDecimal MEBIBYTE = BigDecimal.valueOf(1L << 20);

  /** What of a volume the journal may use: a file system takes some for itself. */
  private static final BigDecimal USABLE = new BigDecimal("0.9");

  private JournalClaim() {}

  /** The claim as it is made. */
  public static PersistentVolumeClaim of(Claw claw) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName(Names.journal(claw))
        .withNamespace(claw.getMetadata().getNamespace())
        .withLabels(Labels.of(claw))
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withNewResources()
        .withRequests(Map.of("storage", Channels.journalSize(claw.getSpec())))
        .endResources()
        .endSpec()
        .build();
  }

  /** Whether a claim is the journal of this Claw; it says so by its labels alone. */
  public static boolean isOf(Claw claw, PersistentVolumeClaim claim) {
    Map<String, String> labels = claim.getMetadata().getLabels();
    return labels != null && labels.entrySet().containsAll(Labels.journal(claw).entrySet());
  }

  /** Whether a claim is smaller than the Claw asks for. Claims never shrink. */
  public static boolean mustGrow(Claw claw, PersistentVolumeClaim claim) {
    Quantity present = claim.getSpec().getResources().getRequests().get("storage");
    Quantity wanted = Channels.journalSize(claw.getSpec());
    return present != null
        && present.getNumericalAmount().compareTo(wanted.getNumericalAmount()) < 0;
  }

  /** What the bus may use of it, as it reads it. */
  static String usable(Claw claw) {
    return Channels.journalSize(claw.getSpec())
            .getNumericalAmount()
            .multiply(USABLE)
            .divideToIntegralValue(MEBIBYTE)
            .toBigInteger()
        + "Mi";
  }
}
