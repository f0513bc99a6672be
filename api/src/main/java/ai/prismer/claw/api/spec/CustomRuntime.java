package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a runtime of one's own. There is no field for host paths, host namespaces,
 * devices or privileges.
 *
 * @param image Image of the runtime.
 * @param command Entry point instead of the one of the image.
 * @param args Arguments of the entry point.
 * @param env Environment variables.
 * @param ports Ports the runtime listens on.
 * @param healthProbe Liveness: when it fails the container is restarted.
 * @param readinessProbe Readiness: while it fails the agent counts as not ready.
 * @param resources Resources of the runtime; spec.resources wins where both are given.
 * @param gracefulShutdownSeconds Seconds the runtime gets to stop. Default 30.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CustomRuntime(
    @JsonPropertyDescription("Image of the runtime.") @Required @Size(min = 1, max = 512)
        String image,
    @JsonPropertyDescription("Entry point instead of the one of the image.") @Size(max = 64)
        @Nullable List<@Size(max = 4096) String> command,
    @JsonPropertyDescription("Arguments of the entry point.") @Size(max = 256)
        @Nullable List<@Size(max = 4096) String> args,
    @JsonPropertyDescription("Environment variables.") @Size(max = 256)
        @Nullable List<EnvironmentVariable> env,
    @JsonPropertyDescription("Ports the runtime listens on.") @Size(max = 16)
        @Nullable List<PortSpec> ports,
    @JsonPropertyDescription("Liveness: when it fails the container is restarted.")
        @Nullable ProbeSpec healthProbe,
    @JsonPropertyDescription("Readiness: while it fails the agent counts as not ready.")
        @Nullable ProbeSpec readinessProbe,
    @JsonPropertyDescription("Resources of the runtime; spec.resources wins where both are given.")
        @Nullable ContainerResources resources,
    @JsonPropertyDescription("Seconds the runtime gets to stop. Default 30.") @Min(0) @Max(3600)
        @Nullable Integer gracefulShutdownSeconds) {}
