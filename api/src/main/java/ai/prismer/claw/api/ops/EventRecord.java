package ai.prismer.claw.api.ops;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * An Event of one of the Claw's pods, as it stood when the escalation was opened. Any editor of the
 * namespace can write one: it is no fact.
 *
 * @param type Normal or Warning.
 * @param reason Short reason, such as BackOff.
 * @param timestamp When it happened last, RFC 3339.
 * @param message What it says, untrusted.
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EventRecord(
    @JsonPropertyDescription("Normal or Warning.") @Required @Size(max = 2048) String type,
    @JsonPropertyDescription("Short reason, such as BackOff.") @Required @Size(max = 2048)
        String reason,
    @JsonPropertyDescription("When it happened last, RFC 3339.") @Required @Size(max = 2048)
        String timestamp,
    @JsonPropertyDescription("What it says, untrusted.") @Required @Size(max = 4096)
        String message) {}
