package ai.prismer.claw.api.ops;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the incident is handled.
 *
 * @param phase Where it stands.
 * @param deadline When the phase ends, RFC 3339.
 * @param assignedTo User name of the companion it was given to.
 * @param analysis What the companion found out, in its own words: untrusted.
 * @param proposedAction What is proposed: action and parameters, JSON.
 * @param actionDigest Digest of what is proposed; an approval must repeat it.
 * @param matchedRule Rule that matched.
 * @param approvedBy Who decided.
 * @param approvedAt When the operator took the decision, RFC 3339.
 * @param approvedVia By which door: kubernetes.
 * @param executedAction Action that was executed, with its parameters.
 * @param executedAt When it was executed, RFC 3339.
 * @param result How it ended: Healthy, Ineffective or Undone.
 * @param receiptRef Receipt of the last decision of the gate.
 * @param rejectionReason Why nothing was executed.
 * @param finishedAt When it ended, RFC 3339.
 * @param notified When people were asked, RFC 3339.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EscalationStatus(
    @JsonPropertyDescription("Where it stands.") @Nullable EscalationPhase phase,
    @JsonPropertyDescription("When the phase ends, RFC 3339.") @Size(max = 64)
        @Nullable String deadline,
    @JsonPropertyDescription("User name of the companion it was given to.") @Size(max = 512)
        @Nullable String assignedTo,
    @JsonPropertyDescription("What the companion found out, in its own words: untrusted.")
        @Size(max = 4608)
        @Nullable String analysis,
    @JsonPropertyDescription("What is proposed: action and parameters, JSON.") @Size(max = 1024)
        @Nullable String proposedAction,
    @JsonPropertyDescription("Digest of what is proposed; an approval must repeat it.")
        @Size(max = 64)
        @Nullable String actionDigest,
    @JsonPropertyDescription("Rule that matched.") @Size(max = 64) @Nullable String matchedRule,
    @JsonPropertyDescription("Who decided.") @Size(max = 512) @Nullable String approvedBy,
    @JsonPropertyDescription("When the operator took the decision, RFC 3339.") @Size(max = 64)
        @Nullable String approvedAt,
    @JsonPropertyDescription("By which door: kubernetes.") @Size(max = 32)
        @Nullable String approvedVia,
    @JsonPropertyDescription("Action that was executed, with its parameters.") @Size(max = 1024)
        @Nullable String executedAction,
    @JsonPropertyDescription("When it was executed, RFC 3339.") @Size(max = 64)
        @Nullable String executedAt,
    @JsonPropertyDescription("How it ended: Healthy, Ineffective or Undone.") @Size(max = 64)
        @Nullable String result,
    @JsonPropertyDescription("Receipt of the last decision of the gate.") @Size(max = 253)
        @Nullable String receiptRef,
    @JsonPropertyDescription("Why nothing was executed.") @Size(max = 1024)
        @Nullable String rejectionReason,
    @JsonPropertyDescription("When it ended, RFC 3339.") @Size(max = 64)
        @Nullable String finishedAt,
    @JsonPropertyDescription("When people were asked, RFC 3339.") @Size(max = 8)
        @Nullable List<String> notified) {
  /** Nothing is known yet. */
  public static final EscalationStatus EMPTY =
      new EscalationStatus(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null);
}
