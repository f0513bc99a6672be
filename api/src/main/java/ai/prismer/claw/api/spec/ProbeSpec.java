package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * A probe of the custom runtime: HTTP or TCP.
 *
 * @param httpGet Probe by HTTP.
 * @param tcpSocket Probe by TCP.
 * @param initialDelaySeconds Seconds between the start of the container and the first probe.
 *     Default 0.
 * @param periodSeconds Seconds between two probes. Default 10.
 * @param timeoutSeconds Seconds until a probe counts as failed. Default 2.
 * @param failureThreshold Failures in a row that count. Default 3.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "has(self.httpGet) != has(self.tcpSocket)",
    message = "set exactly one of httpGet and tcpSocket")
public record ProbeSpec(
    @JsonPropertyDescription("Probe by HTTP.") @Nullable HttpProbe httpGet,
    @JsonPropertyDescription("Probe by TCP.") @Nullable TcpProbe tcpSocket,
    @JsonPropertyDescription(
            "Seconds between the start of the container and the first probe. Default 0.")
        @Min(0)
        @Max(3600)
        @Nullable Integer initialDelaySeconds,
    @JsonPropertyDescription("Seconds between two probes. Default 10.") @Min(1) @Max(3600)
        @Nullable Integer periodSeconds,
    @JsonPropertyDescription("Seconds until a probe counts as failed. Default 2.") @Min(1) @Max(300)
        @Nullable Integer timeoutSeconds,
    @JsonPropertyDescription("Failures in a row that count. Default 3.") @Min(1) @Max(100)
        @Nullable Integer failureThreshold) {}
