package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * What runs.
 *
 * @param image Image of the runtime container as applied.
 * @param readyUntil Until when the Claw was ready, RFC 3339; absent while it is, and before it was.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RuntimeStatus(
    @JsonPropertyDescription("Image of the runtime container as applied.") @Size(max = 512)
        @Nullable String image,
    @JsonPropertyDescription(
            "Until when the Claw was ready, RFC 3339; absent while it is, and before it was.")
        @Size(max = 64)
        @Nullable String readyUntil) {}
