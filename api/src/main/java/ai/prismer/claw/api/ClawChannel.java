package ai.prismer.claw.api;

import ai.prismer.claw.api.channel.ChannelSpec;
import ai.prismer.claw.api.channel.ChannelStatus;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** One way to talk to agents: a chat service, signed HTTP requests, or a program of one's own. */
@Group(Keys.GROUP)
@Version(Keys.VERSION)
@Kind("ClawChannel")
@Plural("clawchannels")
@Singular("clawchannel")
@Categories("claws")
@AdditionalPrinterColumn(name = "Type", jsonPath = ".spec.type")
@AdditionalPrinterColumn(name = "Mode", jsonPath = ".spec.mode")
@AdditionalPrinterColumn(
    name = "In-Use",
    jsonPath = ".status.conditions[?(@.type==\"InUse\")].status")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class ClawChannel extends CustomResource<ChannelSpec, ChannelStatus>
    implements Namespaced {}
