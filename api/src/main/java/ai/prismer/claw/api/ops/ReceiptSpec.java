package ai.prismer.claw.api.ops;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the receipt log. The envelope is the authority; the other fields are for people and
 * columns.
 *
 * @param index Position in the log, from 0.
 * @param claw The Claw; absent for an entry about the log itself.
 * @param action Action that was asked for; empty where it could not be read.
 * @param decision Decision: Execute, WouldExecute, Hold, Reject, Outcome, Request, Upkeep,
 *     Silenced, Rotation, Voucher or Pruning.
 * @param result Outcome, or reason of a refusal.
 * @param envelope DSSE envelope with an in-toto statement, JSON.
 * @param signet What the program signet signed of it, where one is configured; no part of the log.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(value = "self == oldSelf", message = "a receipt cannot be changed")
public record ReceiptSpec(
    @JsonPropertyDescription("Position in the log, from 0.") @Required @Min(0) Long index,
    @JsonPropertyDescription("The Claw; absent for an entry about the log itself.")
        @Nullable ClawIdentity claw,
    @JsonPropertyDescription("Action that was asked for; empty where it could not be read.")
        @Size(max = 64)
        @Nullable String action,
    @JsonPropertyDescription(
            "Decision: Execute, WouldExecute, Hold, Reject, Outcome, Request, Upkeep, Silenced; or what an"
                + " entry about the log itself says: Rotation, Voucher, Pruning.")
        @Required
        @Size(max = 32)
        String decision,
    @JsonPropertyDescription("Outcome, or reason of a refusal.") @Size(max = 64)
        @Nullable String result,
    @JsonPropertyDescription("DSSE envelope with an in-toto statement, JSON.")
        @Required
        @Size(max = 131072)
        String envelope,
    @JsonPropertyDescription(
            "What the program signet signed of it, where one is configured; no part of the log.")
        @Size(max = 16384)
        @Nullable String signet) {}
