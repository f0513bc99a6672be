package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * One aspect of the state, as in KEP-1623.
 *
 * @param type Which aspect.
 * @param status True, False or Unknown.
 * @param observedGeneration The spec generation this was computed from.
 * @param lastTransitionTime When status last changed, RFC 3339.
 * @param reason Machine-readable cause, CamelCase.
 * @param message What a person should know or do.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Condition(
    @JsonPropertyDescription("Which aspect.") @Required @Size(max = 316) String type,
    @JsonPropertyDescription("True, False or Unknown.") @Required @Pattern("^(True|False|Unknown)$")
        String status,
    @JsonPropertyDescription("The spec generation this was computed from.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("When status last changed, RFC 3339.") @Required @Size(max = 64)
        String lastTransitionTime,
    @JsonPropertyDescription("Machine-readable cause, CamelCase.")
        @Required
        @Size(min = 1, max = 128)
        String reason,
    @JsonPropertyDescription("What a person should know or do.") @Required @Size(max = 4096)
        String message) {}
