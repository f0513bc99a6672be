package ai.prismer.claw.api.channel;

import ai.prismer.claw.api.spec.ContainerResources;
import ai.prismer.claw.api.spec.EnvironmentVariable;
import ai.prismer.claw.api.spec.ProbeSpec;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The container that connects the channel, where it is not the built-in one.
 *
 * @param image Image of the sidecar. Default: the built-in one of the type.
 * @param env Environment variables.
 * @param ports Ports on which it takes requests in; they stand in the Service of the agent.
 * @param livenessProbe When it fails the sidecar is restarted.
 * @param readinessProbe While it fails the agent counts as not ready.
 * @param resources Resources of the sidecar; win over spec.resources.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Sidecar(
    @JsonPropertyDescription("Image of the sidecar. Default: the built-in one of the type.")
        @Size(min = 1, max = 512)
        @Nullable String image,
    @JsonPropertyDescription("Environment variables.") @Size(max = 64)
        @Nullable List<EnvironmentVariable> env,
    @JsonPropertyDescription(
            "Ports on which it takes requests in; they stand in the Service of the agent.")
        @Size(max = 8)
        @Nullable List<SidecarPort> ports,
    @JsonPropertyDescription("When it fails the sidecar is restarted.")
        @Nullable ProbeSpec livenessProbe,
    @JsonPropertyDescription("While it fails the agent counts as not ready.")
        @Nullable ProbeSpec readinessProbe,
    @JsonPropertyDescription("Resources of the sidecar; win over spec.resources.")
        @Nullable ContainerResources resources) {}
