package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * The name of an object in the namespace of the Claw.
 *
 * @param name Name of the object.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record LocalReference(
    @JsonPropertyDescription("Name of the object.") @Required @Size(min = 1, max = 253)
        String name) {}
