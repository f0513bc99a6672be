package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * What an executed intent left behind: layered over the spec, never written into it. A limit means
 * "at least", so a later, larger spec wins; a number of pods means "exactly".
 *
 * @param field What is adjusted: memory, cpu or replicas.
 * @param value The value, such as 96Mi, 750m or 2.
 * @param by Author of the intent.
 * @param generation Generation of the intent.
 * @param since Since when, RFC 3339.
 * @param expires When it is taken away again, RFC 3339; absent for never.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Adjustment(
    @JsonPropertyDescription("What is adjusted: memory, cpu or replicas.") @Required @Size(max = 64)
        String field,
    @JsonPropertyDescription("The value, such as 96Mi, 750m or 2.") @Required @Size(max = 64)
        String value,
    @JsonPropertyDescription("Author of the intent.") @Required @Size(max = 512) String by,
    @JsonPropertyDescription("Generation of the intent.") @Required Long generation,
    @JsonPropertyDescription("Since when, RFC 3339.") @Required @Size(max = 64) String since,
    @JsonPropertyDescription("When it is taken away again, RFC 3339; absent for never.")
        @Size(max = 64)
        @Nullable String expires) {}
