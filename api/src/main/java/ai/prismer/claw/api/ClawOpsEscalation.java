package ai.prismer.claw.api;

import ai.prismer.claw.api.ops.EscalationSpec;
import ai.prismer.claw.api.ops.EscalationStatus;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * Record of one incident: what was seen, what was done about it, how it ended. Only the operator
 * writes it, but for {@code spec.approval}, which a person writes once.
 */
@Group(Keys.GROUP)
@Version(Keys.VERSION)
@Kind("ClawOpsEscalation")
@Plural("clawopsescalations")
@Singular("clawopsescalation")
@Categories("claws")
@AdditionalPrinterColumn(name = "Claw", jsonPath = ".spec.clawRef.name")
@AdditionalPrinterColumn(name = "Trigger", jsonPath = ".spec.trigger.type")
@AdditionalPrinterColumn(name = "Severity", jsonPath = ".spec.severity")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Action", jsonPath = ".status.proposedAction", priority = 1)
@AdditionalPrinterColumn(name = "Approver", jsonPath = ".status.approvedBy")
@AdditionalPrinterColumn(name = "Result", jsonPath = ".status.result")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class ClawOpsEscalation extends CustomResource<EscalationSpec, EscalationStatus>
    implements Namespaced {}
