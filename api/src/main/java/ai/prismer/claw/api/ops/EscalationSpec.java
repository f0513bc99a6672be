package ai.prismer.claw.api.ops;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * One incident.
 *
 * @param clawRef The Claw it happened to.
 * @param clawUid UID of that Claw: a later Claw of the same name is another one.
 * @param trigger What was seen.
 * @param severity How urgent it is.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EscalationSpec(
    @JsonPropertyDescription("The Claw it happened to.") @Required ClawReference clawRef,
    @JsonPropertyDescription("UID of that Claw: a later Claw of the same name is another one.")
        @Required
        @Size(max = 64)
        String clawUid,
    @JsonPropertyDescription("What was seen.") @Required Trigger trigger,
    @JsonPropertyDescription("How urgent it is.") @Required Severity severity) {}
