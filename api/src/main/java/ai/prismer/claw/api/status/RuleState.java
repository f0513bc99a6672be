package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * Memory of one rule on this Claw.
 *
 * @param rule Id of the rule.
 * @param lastActed When it last acted, RFC 3339.
 * @param streak How often in a row; each doubles the cooldown.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RuleState(
    @JsonPropertyDescription("Id of the rule.") @Required @Size(max = 64) String rule,
    @JsonPropertyDescription("When it last acted, RFC 3339.") @Required @Size(max = 64)
        String lastActed,
    @JsonPropertyDescription("How often in a row; each doubles the cooldown.") @Required
        Integer streak) {}
