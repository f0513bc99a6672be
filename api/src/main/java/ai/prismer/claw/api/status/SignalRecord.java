package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * One edge of a signal, kept as long as a rule may count it.
 *
 * @param type Kind of signal, such as OOMKilled.
 * @param container Container it was seen in.
 * @param key Identity of the edge, so that one event counts once: container ID and finish time.
 * @param at When it happened, RFC 3339.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SignalRecord(
    @JsonPropertyDescription("Kind of signal, such as OOMKilled.") @Required @Size(max = 64)
        String type,
    @JsonPropertyDescription("Container it was seen in.") @Required @Size(max = 63)
        String container,
    @JsonPropertyDescription(
            "Identity of the edge, so that one event counts once: container ID and finish time.")
        @Required
        @Size(max = 256)
        String key,
    @JsonPropertyDescription("When it happened, RFC 3339.") @Required @Size(max = 64) String at) {}
