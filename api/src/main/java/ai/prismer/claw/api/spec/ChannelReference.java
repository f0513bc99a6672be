package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * A channel that the agent is talked to through.
 *
 * @param name Name of a ClawChannel in the namespace of the Claw.
 * @param mode Which way messages may go; within the mode of the ClawChannel. Default bidirectional.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ChannelReference(
    @JsonPropertyDescription("Name of a ClawChannel in the namespace of the Claw.")
        @Required
        @Size(min = 1, max = 55)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        String name,
    @JsonPropertyDescription(
            "Which way messages may go; within the mode of the ClawChannel. Default bidirectional.")
        @Nullable ChannelMode mode) {}
