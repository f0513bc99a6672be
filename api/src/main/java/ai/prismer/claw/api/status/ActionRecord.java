package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * One action that was executed lately; budget and breaker count them.
 *
 * @param generation Generation of its intent.
 * @param action Action, such as bump-memory.
 * @param at When it was decided, RFC 3339.
 * @param result How it ended: Healthy, Ineffective or Undone; absent while it is in flight.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ActionRecord(
    @JsonPropertyDescription("Generation of its intent.") @Required Long generation,
    @JsonPropertyDescription("Action, such as bump-memory.") @Required @Size(max = 64)
        String action,
    @JsonPropertyDescription("When it was decided, RFC 3339.") @Required @Size(max = 64) String at,
    @JsonPropertyDescription(
            "How it ended: Healthy, Ineffective or Undone; absent while it is in flight.")
        @Size(max = 64)
        @Nullable String result) {}
