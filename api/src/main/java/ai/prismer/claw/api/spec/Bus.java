package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/**
 * The journal of the message bus, which runs where a Claw has channels.
 *
 * @param ephemeral Whether the journal lies in the pod and goes with it. Default false: it has a
 *     claim of its own, claw-bus.
 * @param size Size of the journal's volume, 64Mi or more; a claim only grows. Default 1Gi.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Bus(
    @JsonPropertyDescription(
            "Whether the journal lies in the pod and goes with it, with every message that was not delivered. Default false: it has a claim of its own, <claw>-bus.")
        @Nullable Boolean ephemeral,
    @JsonPropertyDescription(
            "Size of the journal's volume, 64Mi or more; a claim only grows. Default 1Gi.")
        @Nullable Quantity size) {}
