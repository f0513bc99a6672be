package ai.prismer.claw.api.ops;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * What was seen.
 *
 * @param type Kind of signal.
 * @param message In words.
 * @param firstSeen When it was first seen, RFC 3339.
 * @param count How often it was seen in the window of the rule.
 * @param container Container it was seen in.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Trigger(
    @JsonPropertyDescription("Kind of signal.") @Required @Size(max = 64) String type,
    @JsonPropertyDescription("In words.") @Size(max = 1024) @Nullable String message,
    @JsonPropertyDescription("When it was first seen, RFC 3339.") @Required @Size(max = 64)
        String firstSeen,
    @JsonPropertyDescription("How often it was seen in the window of the rule.") @Required @Min(1)
        Integer count,
    @JsonPropertyDescription("Container it was seen in.") @Size(max = 63)
        @Nullable String container) {}
