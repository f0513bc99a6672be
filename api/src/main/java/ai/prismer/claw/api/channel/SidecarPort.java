package ai.prismer.claw.api.channel;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;

/**
 * A port on which the sidecar takes requests in.
 *
 * @param name Name of the port.
 * @param containerPort Number of the port; no other container of the agent's pod may have it.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SidecarPort(
    @JsonPropertyDescription("Name of the port.")
        @Required
        @Pattern("^[a-z]([-a-z0-9]{0,13}[a-z0-9])?$")
        String name,
    @JsonPropertyDescription(
            "Number of the port; no other container of the agent's pod may have it.")
        @Required
        @Min(1)
        @Max(65535)
        Integer containerPort) {}
