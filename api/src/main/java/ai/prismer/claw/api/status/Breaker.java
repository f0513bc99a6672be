package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * Stops self-healing of a Claw whose last actions did not help.
 *
 * @param openedAt When it stopped, RFC 3339; absent while it has not.
 * @param reason Why.
 * @param thawedAt When somebody let it go on last, RFC 3339: actions before it do not count.
 * @param thawedBy Who did.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Breaker(
    @JsonPropertyDescription("When it stopped, RFC 3339; absent while it has not.") @Size(max = 64)
        @Nullable String openedAt,
    @JsonPropertyDescription("Why.") @Size(max = 1024) @Nullable String reason,
    @JsonPropertyDescription(
            "When somebody let it go on last, RFC 3339: actions before it do not count.")
        @Size(max = 64)
        @Nullable String thawedAt,
    @JsonPropertyDescription("Who did.") @Size(max = 512) @Nullable String thawedBy) {}
