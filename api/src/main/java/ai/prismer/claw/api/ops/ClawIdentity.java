package ai.prismer.claw.api.ops;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * A Claw as it stands in a receipt.
 *
 * @param namespace Namespace of the Claw.
 * @param name Name of the Claw.
 * @param uid UID of the Claw.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ClawIdentity(
    @JsonPropertyDescription("Namespace of the Claw.") @Required @Size(max = 63) String namespace,
    @JsonPropertyDescription("Name of the Claw.") @Required @Size(max = 253) String name,
    @JsonPropertyDescription("UID of the Claw.") @Required @Size(max = 64) String uid) {}
