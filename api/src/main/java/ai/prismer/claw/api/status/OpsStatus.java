package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State of self-healing.
 *
 * @param lastIntentGeneration Generation of the last processed intent: later ones must exceed it.
 * @param lastIntentDigest Digest of the last processed intent.
 * @param lastResult How the last action ended: Healthy, Ineffective or Undone.
 * @param inFlight The intent that is being executed or verified.
 * @param adjustments What executed intents left behind.
 * @param restart Generation of the last rollout restart: every pod is made anew after it.
 * @param recentActions Actions executed in the last day.
 * @param breaker Whether self-healing has stopped because its last actions did not help.
 * @param refusals Count of refused intents, and what is needed to record each of them once.
 * @param llmSlot Shut while agents may not ask, because too many intents were refused within the
 *     hour; absent else. The admission policy reads it.
 * @param recentSignals Signals that rules may still count.
 * @param emerging What may become a signal: a threshold that was crossed but not for long, a
 *     restart that was not followed by others.
 * @param rules Memory of rules that acted.
 * @param held The proposal that waits for a person.
 * @param outbox Receipt that the last change of this status owes to the log.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record OpsStatus(
    @JsonPropertyDescription("Generation of the last processed intent: later ones must exceed it.")
        @Nullable Long lastIntentGeneration,
    @JsonPropertyDescription("Digest of the last processed intent.") @Size(max = 128)
        @Nullable String lastIntentDigest,
    @JsonPropertyDescription("How the last action ended: Healthy, Ineffective or Undone.")
        @Size(max = 64)
        @Nullable String lastResult,
    @JsonPropertyDescription("The intent that is being executed or verified.")
        @Nullable InFlight inFlight,
    @JsonPropertyDescription("What executed intents left behind.") @Size(max = 16)
        @Nullable List<Adjustment> adjustments,
    @JsonPropertyDescription(
            "Generation of the last rollout restart: every pod is made anew after it.")
        @Nullable Long restart,
    @JsonPropertyDescription("Actions executed in the last day.") @Size(max = 24)
        @Nullable List<ActionRecord> recentActions,
    @JsonPropertyDescription(
            "Whether self-healing has stopped because its last actions did not help.")
        @Nullable Breaker breaker,
    @JsonPropertyDescription(
            "Count of refused intents, and what is needed to record each of them once.")
        @Nullable Refusals refusals,
    @JsonPropertyDescription(
            "Shut while agents may not ask, because too many intents were refused within the hour;"
                + " absent else. The admission policy reads it.")
        @Nullable LlmSlot llmSlot,
    @JsonPropertyDescription("Signals that rules may still count.") @Size(max = 64)
        @Nullable List<SignalRecord> recentSignals,
    @JsonPropertyDescription(
            "What may become a signal: a threshold that was crossed but not for long, a restart that"
                + " was not followed by others.")
        @Size(max = 64)
        @Nullable List<SignalRecord> emerging,
    @JsonPropertyDescription("Memory of rules that acted.") @Size(max = 16)
        @Nullable List<RuleState> rules,
    @JsonPropertyDescription("The proposal that waits for a person.") @Nullable Held held,
    @JsonPropertyDescription("Receipt that the last change of this status owes to the log.")
        @Nullable Outbox outbox) {
  /** No history at all. */
  public static final OpsStatus EMPTY =
      new OpsStatus(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
}
