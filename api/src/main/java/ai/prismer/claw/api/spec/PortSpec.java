package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;

/**
 * A port the custom runtime listens on.
 *
 * @param name Name of the port; the one named gateway is the port of the agent.
 * @param containerPort Number of the port.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PortSpec(
    @JsonPropertyDescription("Name of the port; the one named gateway is the port of the agent.")
        @Required
        @Pattern("^[a-z]([-a-z0-9]{0,13}[a-z0-9])?$")
        String name,
    @JsonPropertyDescription("Number of the port.") @Required @Min(1) @Max(65535)
        Integer containerPort) {}
