package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The observed state of a Claw.
 *
 * @param phase Where the Claw stands, in one word.
 * @param observedGeneration The spec generation this status was computed from.
 * @param conditions Aspects of the state.
 * @param runtime What runs.
 * @param channels How each channel that the Claw names stands.
 * @param ops State of self-healing.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ClawStatus(
    @JsonPropertyDescription("Where the Claw stands, in one word.") @Nullable Phase phase,
    @JsonPropertyDescription("The spec generation this status was computed from.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("Aspects of the state.") @Size(max = 32)
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("What runs.") @Nullable RuntimeStatus runtime,
    @JsonPropertyDescription("How each channel that the Claw names stands.") @Size(max = 16)
        @Nullable List<ChannelState> channels,
    @JsonPropertyDescription("State of self-healing.") @Nullable OpsStatus ops) {}
