package ai.prismer.claw.api;

import ai.prismer.claw.api.ops.ReceiptSpec;
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
 * Signed, chained record of one decision or one outcome, named by its index in the log. Nobody can
 * change it.
 */
@Group(Keys.GROUP)
@Version(Keys.VERSION)
@Kind("ClawOpsReceipt")
@Plural("clawopsreceipts")
@Singular("clawopsreceipt")
@Categories("claws")
@AdditionalPrinterColumn(
    name = "Index",
    jsonPath = ".spec.index",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Claw", jsonPath = ".spec.claw.name")
@AdditionalPrinterColumn(name = "Action", jsonPath = ".spec.action")
@AdditionalPrinterColumn(name = "Decision", jsonPath = ".spec.decision")
@AdditionalPrinterColumn(name = "Result", jsonPath = ".spec.result")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class ClawOpsReceipt extends CustomResource<ReceiptSpec, Void> implements Namespaced {}
