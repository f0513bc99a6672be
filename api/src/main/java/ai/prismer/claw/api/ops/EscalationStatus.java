package ai.prismer.claw.api.ops;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * How the incident was handled.
 *
 * @param phase Where it stands.
 * @param matchedRule Rule that matched.
 * @param executedAction Action that was executed, with its parameters.
 * @param executedAt When it was executed, RFC 3339.
 * @param result How it ended: Healthy, Ineffective or Undone.
 * @param receiptRef Receipt of the decision.
 * @param rejectionReason Why nothing was executed.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EscalationStatus(
    @JsonPropertyDescription("Where it stands.") @Nullable EscalationPhase phase,
    @JsonPropertyDescription("Rule that matched.") @Size(max = 64) @Nullable String matchedRule,
    @JsonPropertyDescription("Action that was executed, with its parameters.") @Size(max = 1024)
        @Nullable String executedAction,
    @JsonPropertyDescription("When it was executed, RFC 3339.") @Size(max = 64)
        @Nullable String executedAt,
    @JsonPropertyDescription("How it ended: Healthy, Ineffective or Undone.") @Size(max = 64)
        @Nullable String result,
    @JsonPropertyDescription("Receipt of the decision.") @Size(max = 253)
        @Nullable String receiptRef,
    @JsonPropertyDescription("Why nothing was executed.") @Size(max = 1024)
        @Nullable String rejectionReason) {}
