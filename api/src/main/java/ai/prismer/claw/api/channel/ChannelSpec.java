package ai.prismer.claw.api.channel;

import ai.prismer.claw.api.spec.ChannelMode;
import ai.prismer.claw.api.spec.ContainerResources;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * The wish: one way to talk to agents. Several Claws of the namespace may use it, each with a
 * sidecar of its own.
 *
 * @param type Which service it connects.
 * @param mode Which way messages may go. Default bidirectional.
 * @param credentials Where the sidecar gets its secrets from.
 * @param config Settings of the sidecar, any JSON object; secrets never belong here.
 * @param backpressure When the bus slows the channel down.
 * @param resources Resources of the sidecar.
 * @param sidecar The container, where it is not the built-in one.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "self.type in ['slack', 'discord', 'webhook'] || (has(self.sidecar) && has(self.sidecar.image))",
    message =
        "types telegram, matrix, whatsapp and custom have no built-in sidecar; set sidecar.image")
public record ChannelSpec(
    @JsonPropertyDescription("Which service it connects.") @Required ChannelType type,
    @JsonPropertyDescription("Which way messages may go. Default bidirectional.")
        @Nullable ChannelMode mode,
    @JsonPropertyDescription("Where the sidecar gets its secrets from.")
        @Nullable ChannelCredentials credentials,
    @JsonPropertyDescription("Settings of the sidecar, any JSON object; secrets never belong here.")
        @PreserveUnknownFields
        @Nullable JsonNode config,
    @JsonPropertyDescription("When the bus slows the channel down.")
        @Nullable Backpressure backpressure,
    @JsonPropertyDescription("Resources of the sidecar.") @Nullable ContainerResources resources,
    @JsonPropertyDescription("The container, where it is not the built-in one.")
        @Nullable Sidecar sidecar) {}
