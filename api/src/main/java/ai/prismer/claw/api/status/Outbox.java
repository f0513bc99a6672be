package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * A receipt that is owed to the log. It is written in the same update as the state it describes, so
 * neither exists without the other; it stays until the log holds it.
 *
 * @param index Index from which on the receipt is looked for before it is appended.
 * @param record What the receipt will say, canonical JSON.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Outbox(
    @JsonPropertyDescription("Index from which on the receipt is looked for before it is appended.")
        @Required
        Long index,
    @JsonPropertyDescription("What the receipt will say, canonical JSON.")
        @Required
        @Size(max = 65536)
        String record) {}
