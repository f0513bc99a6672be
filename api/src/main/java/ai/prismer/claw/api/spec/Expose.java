package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/**
 * Whether the port of the gateway is reachable inside the cluster.
 *
 * @param service Whether a ClusterIP Service <claw>-gateway is made. Default false.
 * @param port Port of that Service. Default: the port of the runtime.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Expose(
    @JsonPropertyDescription("Whether a ClusterIP Service <claw>-gateway is made. Default false.")
        @Nullable Boolean service,
    @JsonPropertyDescription("Port of that Service. Default: the port of the runtime.")
        @Min(1)
        @Max(65535)
        @Nullable Integer port) {}
