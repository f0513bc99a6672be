package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * Refused intents of one Claw: how many, and enough memory to record each once and not too many.
 *
 * @param total Refused intents since the Claw was made.
 * @param lastDigest Digest of the last refused intent: the same one again is only removed.
 * @param hour Beginning of the hour that recorded counts in, RFC 3339.
 * @param recorded Receipts of refusals in that hour; at the limit further refusals are only
 *     counted.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Refusals(
    @JsonPropertyDescription("Refused intents since the Claw was made.") @Required Long total,
    @JsonPropertyDescription(
            "Digest of the last refused intent: the same one again is only removed.")
        @Size(max = 128)
        @Nullable String lastDigest,
    @JsonPropertyDescription("Beginning of the hour that recorded counts in, RFC 3339.")
        @Size(max = 64)
        @Nullable String hour,
    @JsonPropertyDescription(
            "Receipts of refusals in that hour; at the limit further refusals are only counted.")
        @Nullable Integer recorded) {}
